import "./styles/theme.css";
import "./styles/page.css";
import "./styles/panels.css";
import "./styles/small.css";
import "./styles/print.css";
import { DocumentError, readDocument } from "./model/document.ts";
import { el } from "./panels/dom.ts";
import { Session } from "./state/session.ts";
import { startWorkspace } from "./panels/workspace.ts";

// Marks from which the tests read what opening the page costs.
performance.mark("evergraph-start");
const place = document.getElementById("app")!;
try {
  const session = new Session(readDocument(document.getElementById("graph")!.textContent ?? ""));
  performance.mark("evergraph-read");
  document.title = `${session.document.title} – Evergraph`;
  startWorkspace(place, session);
} catch (error) {
  if (!(error instanceof DocumentError)) console.error(error);
  const text = error instanceof DocumentError ? error.message : `The page could not draw this graph: ${(error as Error).message}. This is a mistake of the viewer; please report it with the file.`;
  place.replaceChildren(el("div", { class: "refused", role: "alert" }, el("h1", {}, "This graph cannot be shown"), el("p", {}, text)));
}
