// The server the browser talks to: the real binary with the demo on a fresh database.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

// start runs the binary and gives its address, what it has logged, and stop.
export async function start(binary, front) {
  const state = await mkdtemp(path.join(tmpdir(), "openimis-front."));
  const args = ["serve", "--demo", "--addr", "127.0.0.1:0", "--state-dir", state, "--front", front];
  const server = spawn(binary, args, { stdio: ["ignore", "pipe", "pipe"] });
  const log = [];
  for (const stream of [server.stdout, server.stderr]) stream.setEncoding("utf8").on("data", (text) => log.push(text));
  process.once("exit", () => server.kill()); // nothing stays behind, whatever happens
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
  const ended = new Promise((resolve) => server.once("exit", resolve));
  const stop = async () => {
    server.kill("SIGTERM");
    await ended;
    await rm(state, { recursive: true, force: true });
  };
  for (const end = Date.now() + 60_000; Date.now() < end; await new Promise((go) => setTimeout(go, 50))) {
    const url = /http:\/\/[0-9.]+:\d+(?=\/fhir)/.exec(log.join(""))?.[0];
    if (url) return { url, log, stop };
    if (server.exitCode !== null) break;
  }
  await stop();
  throw new Error(`the server did not start:\n${log.join("")}`);
}
