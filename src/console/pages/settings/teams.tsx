/** `/settings/teams`, `/settings/teams/:id`: who belongs together, and as what. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../../packages/client/src/index.ts";
import { dataOf } from "../../api.ts";
import { type Console, may } from "../../console.ts";
import { word, words } from "../../parts/badges.tsx";
import { Copyable, Deliberate, Empty, Fact, Facts, Field, Head, Select } from "../../parts/pieces.tsx";
import { show, withNotice } from "../../parts/shell.tsx";
import { Time } from "../../parts/time.tsx";
import { SettingsHead } from "./tabs.tsx";
import { readForm } from "../../parts/form.ts";

type Role = Schemas["Member"]["role"];

const ROLES: readonly Role[] = ["OBSERVER", "RESPONDER", "ADMIN"];

const roleOptions: readonly (readonly [string, string])[] = [
  ["OBSERVER", "Observer: sees"],
  ["RESPONDER", "Responder: sees and moves alerts on"],
  ["ADMIN", "Admin: everything of the team"],
];

export function registerTeams(pages: Console): void {
  pages.get("/settings/teams", async (c) => {
    const caller = c.get("caller");
    return show(
      c,
      { title: "Teams", place: "/settings" },
      <>
        <SettingsHead caller={caller} at="/settings/teams" />
        {caller.teams.length === 0 ? (
          <Empty title="There is no team yet.">
            <p class="muted">Integrations and their alerts belong to a team, and its members see them.</p>
          </Empty>
        ) : (
          <ol class="rows">
            {caller.teams.map(({ id, name, role }) => (
              <li data-row>
                <div class="what">
                  <a class="title" href={`/settings/teams/${id}`} dir="auto">
                    {name}
                  </a>
                  <p class="meta">{role === null ? "not a member" : word(role)}</p>
                </div>
              </li>
            ))}
          </ol>
        )}
        {caller.scopes.includes("admin") ? (
          <form method="post" action="/settings/teams" class="form">
            <Field name="New team">
              <input name="name" required maxlength={200} autocomplete="off" />
            </Field>
            <button>Create</button>
          </form>
        ) : null}
      </>,
    );
  });

  pages.post("/settings/teams", async (c) => {
    const name = (await readForm(c)).text("name");
    const { id } = await dataOf(c.get("api").POST("/v1/teams", { body: { name } }));
    return c.redirect(withNotice(`/settings/teams/${id}`, "created"), 303);
  });

  pages.get("/settings/teams/:id", async (c) => {
    const { id } = c.req.param();
    const api = c.get("api");
    const [team, members] = await Promise.all([
      dataOf(api.GET("/v1/teams/{id}", { params: { path: { id } } })),
      dataOf(api.GET("/v1/teams/{id}/members", { params: { path: { id }, query: { limit: 200 } } })),
    ]);
    const isAdmin = may(c.get("caller"), "admin", id);
    return show(
      c,
      { title: team.name, place: "/settings" },
      <>
        <Head title={team.name} up={{ path: "/settings/teams", name: "Teams" }} />
        <ol class="rows members">
          {members.data.map((member) => (
            <Member member={member} isAdmin={isAdmin} />
          ))}
        </ol>
        {isAdmin ? (
          <>
            <h2>Let somebody in</h2>
            <form method="post" action={`/settings/teams/${id}/members`} class="form">
              <Field name="Email">
                <input type="email" name="email" required autocomplete="off" />
              </Field>
              <Field name="Name" hint="For who is not here yet">
                <input name="name" maxlength={200} autocomplete="off" />
              </Field>
              <Field name="Role">
                <Select name="role" value="RESPONDER" options={roleOptions} />
              </Field>
              <button>Add</button>
            </form>
            <div class="tools">
              <Deliberate
                name="Rename"
                explanation="Everybody sees the new name."
                action={`/settings/teams/${id}`}
                button="Rename"
              >
                <Field name="Name">
                  <input name="name" value={team.name} required maxlength={200} />
                </Field>
              </Deliberate>
              <Deliberate
                name="Delete this team"
                explanation="It must have no integration any more."
                action={`/settings/teams/${id}/delete`}
                button="Delete"
              />
            </div>
          </>
        ) : null}
      </>,
    );
  });

  pages.post("/settings/teams/:id", async (c) => {
    const { id } = c.req.param();
    const name = (await readForm(c)).text("name");
    await dataOf(c.get("api").PATCH("/v1/teams/{id}", { params: { path: { id } }, body: { name } }));
    return c.redirect(withNotice(`/settings/teams/${id}`, "saved"), 303);
  });

  pages.post("/settings/teams/:id/delete", async (c) => {
    const { id } = c.req.param();
    await dataOf(c.get("api").DELETE("/v1/teams/{id}", { params: { path: { id } } }));
    return c.redirect(withNotice("/settings/teams", "deleted"), 303);
  });

  pages.post("/settings/teams/:id/members", async (c) => {
    const { id } = c.req.param();
    const form = await readForm(c);
    const name = form.text("name");
    const member = await dataOf(
      c.get("api").POST("/v1/teams/{id}/members", {
        params: { path: { id } },
        body: {
          email: form.text("email"),
          role: form.text("role") as Role,
          ...(name ? { name } : {}),
        },
      }),
    );
    if (member.setPasswordToken === null) return c.redirect(withNotice(`/settings/teams/${id}`, "created"), 303);
    const back = { path: `/settings/teams/${id}`, name: "The team" };
    return show(
      c,
      { title: "Let in", place: "/settings" },
      <PasswordLink
        origin={new URL(c.req.url).origin}
        who={member.email}
        token={member.setPasswordToken}
        expiresAt={member.setPasswordTokenExpiresAt}
        back={back}
      />,
    );
  });

  pages.post("/settings/teams/:id/members/:userId", async (c) => {
    const { id, userId } = c.req.param();
    const form = await readForm(c);
    const params = { path: { id, userId } };
    if (form.text("act") === "remove") {
      await dataOf(c.get("api").DELETE("/v1/teams/{id}/members/{userId}", { params }));
      return c.redirect(withNotice(`/settings/teams/${id}`, "removed"), 303);
    }
    await dataOf(
      c.get("api").PUT("/v1/teams/{id}/members/{userId}", { params, body: { role: form.text("role") as Role } }),
    );
    return c.redirect(withNotice(`/settings/teams/${id}`, "saved"), 303);
  });
}

const Member: FC<{ member: Schemas["Member"]; isAdmin: boolean }> = ({ member, isAdmin }) => (
  <li data-row>
    <div class="what">
      <p class="title" dir="auto">
        {member.name}
      </p>
      <p class="meta">{member.email}</p>
    </div>
    {isAdmin ? (
      <form method="post" action={`/settings/teams/${member.teamId}/members/${member.userId}`} class="moves">
        <Select name="role" label={`Role of ${member.email}`} value={member.role} options={words(ROLES)} />
        <button class="quiet" name="act" value="save">
          Save
        </button>
        <button class="quiet" name="act" value="remove" aria-label={`Remove ${member.email}`}>
          Remove
        </button>
      </form>
    ) : (
      <span>{word(member.role)}</span>
    )}
  </li>
);

/** The link with which somebody sets a password, for an admin to hand over. */
export const PasswordLink: FC<{
  origin: string;
  who: string;
  token: string;
  expiresAt: string | null;
  back: { path: string; name: string };
}> = ({ origin, who, token, expiresAt, back }) => (
  <>
    <Head title={`A link for ${who}`} up={back} />
    <Facts>
      <Fact name="To set a password">
        {/* Behind the #: no server, and no log, sees it. */}
        <Copyable text={`${origin}/set-password#${token}`} name="link" />
        <span class="hint">Shown this once: hand it over yourself.</span>
      </Fact>
      <Fact name="Good until">
        <Time at={expiresAt} />
      </Fact>
    </Facts>
  </>
);
