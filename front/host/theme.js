// The looks of the UI. Beside what Material-UI knows, the modules read names of their own
// from it (paper, table, dialog, menu, …); every one of them has to be there.
import { createTheme } from "@material-ui/core/styles";

const ink = "#1d3240";
const sea = "#00566f";
const foam = "#e3edf0";
const white = "#ffffff";
const red = "#b3261e";
const grey = "#6b7780";

const whole = { width: "100%" };
const centred = { display: "flex", alignItems: "center" };

const table = {
  container: { overflowX: "auto" },
  title: { padding: 8, fontWeight: 500, color: ink, backgroundColor: foam },
  header: { color: ink, fontWeight: 600, verticalAlign: "bottom" },
  headerAction: { padding: 4, textAlign: "right" },
  row: { cursor: "pointer" },
  cell: { padding: 6 },
  lockedRow: { backgroundColor: "#eeeeee" },
  lockedCell: { color: grey },
  highlightedRow: { backgroundColor: "#fdf3d8" },
  highlightedCell: { fontWeight: 600 },
  highlightedAltRow: { backgroundColor: "#f7e3e1" },
  highlightedAltCell: { fontStyle: "italic" },
  secondaryHighlightedRow: { backgroundColor: "#e2f0e4" },
  secondaryHighlightedCell: { fontWeight: 600 },
  disabledRow: { backgroundColor: "#f5f5f5" },
  disabledCell: { color: grey, textDecoration: "line-through" },
  footer: { color: ink },
  pager: { color: ink, display: "block", width: "max-content", overflow: "visible", borderBottom: "none" },
};

const header = { ...centred, color: ink, backgroundColor: foam };
const paper = {
  paper: { margin: 10, backgroundColor: white },
  body: { marginTop: 10, backgroundColor: white },
  header,
  paperHeader: header,
  title: { padding: 10, fontSize: 18, fontWeight: 500, color: ink },
  message: { padding: 10, color: ink },
  action: { padding: 4 },
  divider: { margin: 0 },
  item: { padding: 10 },
};

export default createTheme({
  palette: {
    primary: { main: sea },
    secondary: { main: white, second: foam },
    error: { main: red, secondary: "#f7e3e1" },
    text: { primary: ink, secondary: grey, second: white, error: red },
    toggledButton: "#8fb8c4",
  },
  typography: {
    fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
    fontSize: 13,
    title: { fontSize: 20, fontWeight: 400 },
    label: { fontSize: 12, color: grey },
  },
  menu: {
    variant: "AppBar",
    drawer: { width: 300, fontSize: 16, fontWeight: 400, textColor: ink, backgroundColor: white },
    appBar: { fontSize: 16 },
  },
  jrnlDrawer: {
    width: 260,
    open: { width: 400 },
    close: { width: 80 },
    iconSize: 24,
    item: { padding: 8 },
    itemDetail: { marginLeft: 8, fontSize: 12 },
    itemDetailText: { wordBreak: "break-word" },
  },
  page: { padding: 8, locked: { padding: 8, opacity: 0.6, pointerEvents: "none" } },
  paper,
  table,
  form: { padding: 0 },
  formTable: { table, actions: { width: 60 } },
  dialog: {
    title: { fontWeight: 500, color: ink, backgroundColor: foam },
    content: { padding: 16 },
    primaryButton: { color: white, backgroundColor: sea, "&:hover": { backgroundColor: ink } },
    secondaryButton: { color: ink },
  },
  buttonContainer: { horizontal: { display: "flex", justifyContent: "flex-end", padding: 8 } },
  tooltipContainer: { position: "fixed", bottom: 24, right: 100, zIndex: 2000 },
  flexTooltip: { marginBottom: 4 },
  fab: { position: "fixed", bottom: 24, right: 100, zIndex: 2000 },
  fakeInput: whole,
  bigAvatar: { width: 160, height: 160 },
  overrides: {
    // A long label of a narrow field would lie across the fields below it; pointed at, it is shown whole.
    MuiInputLabel: {
      formControl: { maxWidth: "100%", overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap", "&:hover": { maxWidth: "none", backgroundColor: white, zIndex: 1 } },
      shrink: { maxWidth: "133%" },
    },
    // What is on would be in the secondary colour, white on white.
    MuiCheckbox: { colorSecondary: { "&$checked": { color: sea } } },
    MuiRadio: { colorSecondary: { "&$checked": { color: sea } } },
    MuiSwitch: { colorSecondary: { "&$checked": { color: sea }, "&$checked + $track": { backgroundColor: sea } } },
  },
});
