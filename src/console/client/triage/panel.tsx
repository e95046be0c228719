/** The side panel: a preview of the alert under the cursor. It stays open on wide screens. */
import type { FC } from "hono/jsx";
import { useEffect, useState } from "hono/jsx/dom";
import type { Schemas } from "../../../../packages/client/src/index.ts";
import { AlertLabels } from "../../alert/labels.tsx";
import { AlertLinks } from "../../alert/links.tsx";
import { Timeline } from "../../alert/timeline.tsx";
import { SeverityBadge, StatusBadge } from "../../parts/badges.tsx";
import { Icon } from "../../parts/icons.tsx";
import { ownerName } from "../../parts/owner-name.ts";
import { Duration, Time } from "../../parts/time.tsx";
import { isUnresolved } from "../../../alerts/status.ts";
import { formatNumber } from "../../../lib/text.ts";
import { isAllowed, VERBS } from "../../triage/changes.ts";
import { type LinkedSilence, MAX_LINKED, SilenceLinks } from "../../silences/links.tsx";
import { type ListContext, mayChange } from "../../triage/list-context.ts";
import type { Actions } from "./actions.ts";
import type { Row } from "../../triage/rows.ts";
import { shownRows } from "../../triage/state.ts";
import { callApi, CallError } from "../api.ts";
import { find } from "../dom.ts";
import { mount } from "../mount.tsx";
import { cursorRow, type Store } from "./store.tsx";

/** As in styles/media.css: the panel has a place beside the list. */
const WIDE = matchMedia("(min-width: 100rem)");
/** The cursor passes alerts without loading them. */
const PAUSE_MS = 120;
const MAX_ENTRIES = 10;

type Alert = Schemas["Alert"];
type Entry = Schemas["TimelineEntry"];

export interface Panel {
  toggle: () => void;
  close: () => void;
  isOpen: () => boolean;
}

export function startPanel(store: Store, actions: Actions): Panel {
  const container = find(".triage");
  const root = document.createElement("aside");
  root.className = "panel";
  root.setAttribute("aria-label", "Preview");
  let isOpen = WIDE.matches;
  const Content = () => {
    const row = cursorRow(store) ?? shownRows(store.state, Date.now())[0];
    if (!row) return <p class="muted">No alerts.</p>;
    return <Preview key={row.id} row={row} context={store.context} actions={actions} onClose={close} />;
  };
  const show = () => {
    root.hidden = !isOpen;
    container?.classList.toggle("triage-docked", isOpen);
    if (isOpen) rerender();
  };
  const close = () => {
    isOpen = false;
    show();
  };
  container?.append(root);
  const rerender = mount(Content, root);
  store.onChange(() => isOpen && show());
  show();
  return {
    close,
    isOpen: () => isOpen && !WIDE.matches,
    toggle: () => {
      isOpen = !isOpen;
      show();
    },
  };
}

interface Details {
  alert: Alert;
  entries: readonly Entry[];
  silences: readonly LinkedSilence[];
}

const Preview: FC<{ row: Row; context: ListContext; actions: Actions; onClose: () => void; key: string }> = ({
  row,
  context,
  actions,
  onClose,
}) => {
  const [details, setDetails] = useState<Details | string | null>(null);
  useEffect(() => {
    let isCurrent = true;
    const timer = setTimeout(() => {
      load(row.id).then(
        (loaded) => isCurrent && setDetails(loaded),
        (error: unknown) => isCurrent && setDetails(error instanceof CallError ? error.message : "Not loaded."),
      );
    }, PAUSE_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [row.id, row.version]);
  const owner = ownerName(row.acknowledgedBy);
  return (
    <>
      <header>
        <h2 dir="auto">
          <a href={`/alerts/${row.id}`}>{row.title}</a>
        </h2>
        <button type="button" class="plain" aria-label="Close preview" onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <p class="marks">
        <SeverityBadge severity={row.severity} />
        <StatusBadge status={row.status} />
        <span class="muted">
          for <Duration since={row.triggeredAt} />, last seen <Time at={row.lastSeenAt} />
          {row.occurrences > 1 ? `, ×${formatNumber(row.occurrences)}` : ""}
          {owner === null ? "" : `, ${owner}`}
        </span>
      </p>
      {mayChange(context, row) ? <PanelActions row={row} actions={actions} /> : null}
      {typeof details === "string" ? <p class="error">{details}</p> : null}
      {details !== null && typeof details !== "string" ? (
        <>
          <AlertLinks alert={details.alert} />
          {details.alert.description === null ? null : (
            <p class="text" dir="auto">
              {details.alert.description}
            </p>
          )}
          {details.alert.silencedBy.length === 0 ? null : (
            <>
              <h3>Silenced by</h3>
              <SilenceLinks ids={details.alert.silencedBy} silences={details.silences} />
            </>
          )}
          <h3>Labels</h3>
          <AlertLabels labels={row.labels} context={context} />
          <h3>Timeline</h3>
          <Timeline entries={details.entries} sourceName={context.names[row.integrationId]} />
        </>
      ) : null}
    </>
  );
};

/** In the order of the usual workflow. */
const MOVES = ["ACKNOWLEDGED", "RESOLVED", "CLOSED", "OPEN"] as const;

const PanelActions: FC<{ row: Row; actions: Actions }> = ({ row, actions }) => (
  <p class="buttons">
    {MOVES.filter((status) => isAllowed(row, { status })).map((status) => (
      <button type="button" class="quiet" onClick={() => void actions.move(status, row.id)}>
        {VERBS[status]}
      </button>
    ))}
    {isUnresolved(row.status) ? (
      <button type="button" class="quiet" onClick={() => void actions.snooze(row.id)}>
        Snooze
      </button>
    ) : null}
    <button type="button" class="quiet" onClick={() => void actions.silence(row.id)}>
      Silence
    </button>
    <button type="button" class="quiet" onClick={() => void actions.note(row.id)}>
      Add note
    </button>
  </p>
);

async function load(id: string): Promise<Details> {
  const [alert, { data }] = await Promise.all([
    callApi<Alert>("GET", `/v1/alerts/${id}`),
    callApi<{ data: Entry[] }>("GET", `/v1/alerts/${id}/timeline?order=desc&limit=${MAX_ENTRIES}`),
  ]);
  const silences = await Promise.all(
    alert.silencedBy.slice(0, MAX_LINKED).map((silence) => callApi<LinkedSilence>("GET", `/v1/silences/${silence}`)),
  );
  return { alert, entries: data, silences };
}
