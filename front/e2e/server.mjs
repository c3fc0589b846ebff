// The server the browser talks to: the real binary with the demo on a fresh database.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import * as mail from "./mail.mjs";

// start runs the binary and gives its address, what it has logged, the mails it sent, and
// stop.
export async function start(binary, front) {
  const state = await mkdtemp(path.join(tmpdir(), "openimis-front."));
  const post = await mail.start();
  const addr = `127.0.0.1:${await freePort()}`; // known before, for the links in mails
  const args = [
    "serve", "--demo", "--addr", addr, "--state-dir", state, "--front", front,
    "--public-url", `http://${addr}`, "--smtp", `smtp://127.0.0.1:${post.port}`, "--mail-from", "office@example.org",
  ];
  const server = spawn(binary, args, { stdio: ["ignore", "pipe", "pipe"] });
  const log = [];
  for (const stream of [server.stdout, server.stderr]) stream.setEncoding("utf8").on("data", (text) => log.push(text));
  process.once("exit", () => server.kill()); // nothing stays behind, whatever happens
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
  const ended = new Promise((resolve) => server.once("exit", resolve));
  const stop = async () => {
    server.kill("SIGTERM");
    await ended;
    post.stop();
    await rm(state, { recursive: true, force: true });
  };
  for (const end = Date.now() + 60_000; Date.now() < end; await new Promise((go) => setTimeout(go, 50))) {
    const url = /http:\/\/[0-9.]+:\d+(?=\/fhir)/.exec(log.join(""))?.[0];
    if (url) return { url, log, mails: post.mails, stop };
    if (server.exitCode !== null) break;
  }
  await stop();
  throw new Error(`the server did not start:\n${log.join("")}`);
}

async function freePort() {
  const server = createServer();
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}
