/** `/silences`: who mutes which alerts, why, and until when. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../../packages/client/src/index.ts";
import { attempt, dataOf, defined, newestNames, withNamesOf } from "../../api.ts";
import { type Caller, type Console, hasScope, hasScopeSomewhere } from "../../context.ts";
import { EXPORT_PAGE, exportList } from "../../list-export.ts";
import { Actor } from "../../parts/actor.tsx";
import { ConfirmAction, Empty, PageHead, Pagination } from "../../parts/components.tsx";
import { ExportLinks } from "../../parts/export-links.tsx";
import { plural } from "../../parts/format.ts";
import { Icon, type IconName } from "../../parts/icons.tsx";
import { renderPage } from "../../parts/layout.tsx";
import { teamName } from "../../parts/teams.ts";
import { Time } from "../../parts/time.tsx";
import { integrationsIn, MatcherChips } from "../../silences/matchers.tsx";
import { ALL_TEAMS } from "./form.tsx";

type Silence = Schemas["Silence"];
type State = Silence["state"];

const PATH = "/silences";
const PAGE_SIZE = 50;

/** Tabs of the list; the first is the default. `none`: the text of an empty list. */
const VIEWS = [
  { id: "current", name: "Current", states: ["active", "pending"], none: "No silences." },
  { id: "active", name: "Active", states: ["active"], none: "No active silences." },
  { id: "pending", name: "Pending", states: ["pending"], none: "No pending silences." },
  { id: "expired", name: "Expired", states: ["expired"], none: "No silences expired in the last five days." },
] as const satisfies readonly { id: string; name: string; states: readonly State[]; none: string }[];

const COLUMNS = [
  "id",
  "state",
  "matchers",
  "comment",
  "createdBy",
  "teamId",
  "startsAt",
  "endsAt",
  "createdAt",
  "updatedAt",
  "annotations",
] as const;

/** Sorts the active silences of a page first. The others keep their order. */
const byState = (a: Silence, b: Silence): number => Number(b.state === "active") - Number(a.state === "active");

/** The tab that an address names. */
const viewOf = (state: string | undefined) => VIEWS.find(({ id }) => id === state) ?? VIEWS[0];

export function registerSilenceList(pages: Console): void {
  pages.get(`${PATH}/export`, (c) => {
    const state = [...viewOf(c.req.query("state")).states];
    return exportList<Silence>(c, "silences", COLUMNS, (cursor) => {
      const query = { state, limit: EXPORT_PAGE, ...defined({ cursor }) };
      return dataOf(c.get("api").GET("/v1/silences", { params: { query } }));
    });
  });

  pages.get(PATH, async (c) => {
    const caller = c.get("caller");
    const { state, cursor } = c.req.query();
    const view = viewOf(state);
    const query = { state: [...view.states], limit: PAGE_SIZE, ...defined({ cursor: cursor || undefined }) };
    const [list, counts, newest] = await Promise.all([
      dataOf(c.get("api").GET("/v1/silences", { params: { query } })),
      attempt(c.get("api").GET("/v1/silences/counts")),
      newestNames(c),
    ]);
    const named = list.data.flatMap(({ matchers }) => integrationsIn(matchers));
    const names = await withNamesOf(c, newest, named);
    const muted = new Map(counts.data?.data.map(({ silenceId, count }) => [silenceId, count]));
    const mayCreate = hasScopeSomewhere(caller, "alerts:write");
    return renderPage(
      c,
      { title: "Silences", section: PATH },
      <>
        <PageHead title="Silences">
          <span class="head-actions">
            <ExportLinks urlOf={(format) => `${PATH}/export?state=${view.id}&format=${format}`} />
            {mayCreate ? (
              <a class="button" href={`${PATH}/new`}>
                New silence
              </a>
            ) : null}
          </span>
        </PageHead>
        <nav class="tabs" aria-label="State">
          {VIEWS.map(({ id, name }, index) => (
            <a
              href={index === 0 ? PATH : `${PATH}?state=${id}`}
              {...(id === view.id && { "aria-current": "page" as const })}
            >
              {name}
            </a>
          ))}
        </nav>
        <div id="list" data-live="/v1/timeline/stream" data-live-on="muting" data-regions="list">
          {list.data.length === 0 ? (
            <NoSilences text={view.none} mayCreate={mayCreate} />
          ) : (
            <ol class="rows silences">
              {list.data.toSorted(byState).map((silence) => (
                <Row
                  silence={silence}
                  muted={muted.get(silence.id) ?? 0}
                  isAtLeast={counts.data?.isAtLeast ?? false}
                  names={names}
                  caller={caller}
                />
              ))}
            </ol>
          )}
          <Pagination url={c.req.url} nextCursor={list.nextCursor} />
        </div>
      </>,
    );
  });
}

const NoSilences: FC<{ text: string; mayCreate: boolean }> = ({ text, mayCreate }) => (
  <Empty title={text}>
    <p class="muted">
      A silence mutes the alerts whose labels match, for example during a deploy. They are recorded and counted, but
      lists leave them out and subscriptions do not send them.
    </p>
    {mayCreate ? (
      <p>
        <a class="button quiet" href={`${PATH}/new`}>
          New silence
        </a>
      </p>
    ) : null}
  </Empty>
);

const STATES: Readonly<Record<State, { name: string; icon: IconName; className: string }>> = {
  active: { name: "Active", icon: "silences", className: "good" },
  pending: { name: "Pending", icon: "snooze", className: "" },
  expired: { name: "Expired", icon: "check", className: "off" },
};

export const SilenceState: FC<{ state: State }> = ({ state }) => {
  const { name, icon, className } = STATES[state];
  return (
    <span class={`badge state ${className}`}>
      <Icon name={icon} /> {name}
    </span>
  );
};

/** The time that matters in each state. */
const TIMES = {
  active: { verb: "ends", at: "endsAt" },
  pending: { verb: "starts", at: "startsAt" },
  expired: { verb: "ended", at: "endsAt" },
} as const satisfies Record<State, { verb: string; at: keyof Silence }>;

const Row: FC<{
  silence: Silence;
  muted: number;
  isAtLeast: boolean;
  names: ReadonlyMap<string, string>;
  caller: Caller;
}> = ({ silence, muted, isAtLeast, names, caller }) => {
  const { id, state, comment, matchers, createdBy, teamId } = silence;
  const label = comment.slice(0, 100);
  return (
    <li id={`silence-${id}`} data-row>
      <SilenceState state={state} />
      <div class="what">
        <a class="title" href={`${PATH}/${id}`} dir="auto">
          {comment}
        </a>
        <MatcherChips matchers={matchers} names={names} />
      </div>
      <div class="cell">
        <p>
          <Actor actor={createdBy} />
        </p>
        <p dir="auto">{teamName(caller, teamId, ALL_TEAMS)}</p>
      </div>
      <div class="cell">
        {state === "active" ? <p>{`mutes ${isAtLeast ? "at least " : ""}${plural(muted, "alert")}`}</p> : null}
        <p>
          {TIMES[state].verb} <Time at={silence[TIMES[state].at]} />
        </p>
      </div>
      {state !== "expired" && hasScope(caller, "alerts:write", teamId) ? (
        <span class="actions">
          <form method="post" action={`${PATH}/${id}/extend`}>
            <input type="hidden" name="back" value="list" />
            <button class="quiet" name="minutes" value="60" aria-label={`+ 1 h: ${label}`}>
              + 1 h
            </button>
          </form>
          <Expire silence={silence} isInList />
        </span>
      ) : null}
    </li>
  );
};

/** @param isInList after the change, the list is shown */
export const Expire: FC<{ silence: Silence; isInList?: boolean }> = ({ silence: { id, state }, isInList = false }) => (
  <ConfirmAction
    name="Expire"
    explanation={
      state === "pending"
        ? "The silence will not start. You can create it again."
        : "Its alerts are no longer muted, and subscriptions are notified of those that are unresolved."
    }
    action={`${PATH}/${id}/expire`}
    button="Expire silence"
  >
    {isInList ? <input type="hidden" name="back" value="list" /> : null}
  </ConfirmAction>
);
