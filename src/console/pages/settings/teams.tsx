/** `/settings/teams` and `/settings/teams/:id`: teams and their members. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../../packages/client/src/index.ts";
import { attempt, dataOf, type Problem } from "../../api.ts";
import { type Console, hasScope, type Page } from "../../context.ts";
import { sentenceCase, enumOptions } from "../../parts/format.ts";
import { Copyable, ConfirmAction, Empty, Fact, Facts, PageHead } from "../../parts/components.tsx";
import { errorAt, Field, FormProblem, Select } from "../../parts/fields.tsx";
import { renderPage } from "../../parts/layout.tsx";
import { withFlash } from "../../parts/flash.tsx";
import { Time } from "../../parts/time.tsx";
import { SettingsHead } from "./tabs.tsx";
import { invalidField, readForm } from "../../parts/form.ts";

type Role = Schemas["Member"]["role"];

const ROLES: readonly Role[] = ["OBSERVER", "RESPONDER", "ADMIN"];

const roleOptions: readonly (readonly [string, string])[] = [
  ["OBSERVER", "Observer: view"],
  ["RESPONDER", "Responder: view and change alerts"],
  ["ADMIN", "Admin: everything in the team"],
];

export function registerTeams(pages: Console): void {
  pages.get("/settings/teams", (c) => showTeams(c, "", null));

  pages.post("/settings/teams", async (c) => {
    const name = (await readForm(c)).text("name");
    const { data, problem } = await attempt(c.get("api").POST("/v1/teams", { body: { name } }));
    if (problem) return showTeams(c, name, problem);
    return c.redirect(withFlash(`/settings/teams/${data.id}`, "created"), 303);
  });

  pages.get("/settings/teams/:id", (c) => showTeam(c, NEW_MEMBER, null));

  pages.post("/settings/teams/:id", async (c) => {
    const { id } = c.req.param();
    const name = (await readForm(c)).text("name");
    const { problem } = await attempt(
      c.get("api").PATCH("/v1/teams/{id}", { params: { path: { id } }, body: { name } }),
    );
    return problem ? showTeam(c, NEW_MEMBER, problem) : c.redirect(withFlash(`/settings/teams/${id}`, "saved"), 303);
  });

  pages.post("/settings/teams/:id/delete", async (c) => {
    const { id } = c.req.param();
    const { problem } = await attempt(c.get("api").DELETE("/v1/teams/{id}", { params: { path: { id } } }));
    return problem ? showTeam(c, NEW_MEMBER, problem) : c.redirect(withFlash("/settings/teams", "deleted"), 303);
  });

  pages.post("/settings/teams/:id/members", async (c) => {
    const { id } = c.req.param();
    const form = await readForm(c);
    const entered = { email: form.text("email"), name: form.text("name"), role: form.text("role") as Role };
    const { name, ...body } = entered;
    const { data: member, problem } = await attempt(
      c.get("api").POST("/v1/teams/{id}/members", {
        params: { path: { id } },
        body: { ...body, ...(name ? { name } : {}) },
      }),
    );
    if (problem) return showTeam(c, entered, problem.status === 409 ? invalidField("/email", problem.detail) : problem);
    if (member.setPasswordToken === null) return c.redirect(withFlash(`/settings/teams/${id}`, "added"), 303);
    const back = { path: `/settings/teams/${id}`, name: "Team" };
    return renderPage(
      c,
      { title: "Password link", section: "/settings" },
      <PasswordToken
        origin={new URL(c.req.url).origin}
        email={member.email}
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
    if (form.text("operation") === "remove") {
      const { problem } = await attempt(c.get("api").DELETE("/v1/teams/{id}/members/{userId}", { params }));
      return problem
        ? showTeam(c, NEW_MEMBER, problem)
        : c.redirect(withFlash(`/settings/teams/${id}`, "removed"), 303);
    }
    const { problem } = await attempt(
      c.get("api").PUT("/v1/teams/{id}/members/{userId}", { params, body: { role: form.text("role") as Role } }),
    );
    return problem ? showTeam(c, NEW_MEMBER, problem) : c.redirect(withFlash(`/settings/teams/${id}`, "saved"), 303);
  });
}

/** @param entered the name */
function showTeams(c: Page, entered: string, problem: Problem | null) {
  const caller = c.get("caller");
  return renderPage(
    c,
    { title: "Teams", section: "/settings" },
    <>
      <SettingsHead caller={caller} at="/settings/teams" />
      <FormProblem problem={problem} fields={["/name"]} />
      {caller.teams.length === 0 ? (
        <Empty title="No teams yet.">
          <p class="muted">Integrations and their alerts belong to a team. Its members see them.</p>
        </Empty>
      ) : (
        <ol class="rows">
          {caller.teams.map(({ id, name, role }) => (
            <li data-row>
              <div class="what">
                <a class="title" href={`/settings/teams/${id}`} dir="auto">
                  {name}
                </a>
                <p class="meta">{role === null ? "not a member" : sentenceCase(role)}</p>
              </div>
            </li>
          ))}
        </ol>
      )}
      {caller.scopes.includes("admin") ? (
        <form method="post" action="/settings/teams" class="form">
          <h2>New team</h2>
          <Field name="Team name" error={errorAt(problem, "/name")}>
            <input name="name" value={entered} required maxlength={200} autocomplete="off" />
          </Field>
          <button>Create team</button>
        </form>
      ) : null}
    </>,
    problem ? 400 : 200,
  );
}

/** The values of the form of a new member. */
interface NewMember {
  email: string;
  name: string;
  role: Role;
}

const NEW_MEMBER: NewMember = { email: "", name: "", role: "RESPONDER" };
const MEMBER_FIELDS = ["/email", "/role"];

/** @param problem of the form of a new member, or of another change */
async function showTeam(c: Page, entered: NewMember, problem: Problem | null) {
  const id = c.req.param("id") ?? "";
  const api = c.get("api");
  const [team, members] = await Promise.all([
    dataOf(api.GET("/v1/teams/{id}", { params: { path: { id } } })),
    dataOf(api.GET("/v1/teams/{id}/members", { params: { path: { id }, query: { limit: 200 } } })),
  ]);
  const isAdmin = hasScope(c.get("caller"), "admin", id);
  return renderPage(
    c,
    { title: team.name, section: "/settings" },
    <>
      <PageHead title={team.name} up={{ path: "/settings/teams", name: "Teams" }} />
      <FormProblem problem={problem} fields={MEMBER_FIELDS} />
      <ol class="rows members">
        {members.data.map((member) => (
          <Member member={member} isAdmin={isAdmin} />
        ))}
      </ol>
      {isAdmin ? (
        <>
          <h2>Add member</h2>
          <NewMemberForm teamId={id} entered={entered} problem={problem} />
          <div class="tools">
            <ConfirmAction
              name="Rename team"
              isDanger={false}
              explanation="All members see the new name."
              action={`/settings/teams/${id}`}
              button="Rename"
            >
              <Field name="Name">
                <input name="name" value={team.name} required maxlength={200} />
              </Field>
            </ConfirmAction>
            <ConfirmAction
              name="Delete team"
              explanation="Delete its integrations first."
              action={`/settings/teams/${id}/delete`}
              button="Delete"
            />
          </div>
        </>
      ) : null}
    </>,
    problem ? 400 : 200,
  );
}

const NewMemberForm: FC<{ teamId: string; entered: NewMember; problem: Problem | null }> = ({
  teamId,
  entered: { email, name, role },
  problem,
}) => (
  <form method="post" action={`/settings/teams/${teamId}/members`} class="form">
    <Field name="Email" error={errorAt(problem, "/email")}>
      <input type="email" name="email" value={email} required autocomplete="off" autofocus={problem !== null} />
    </Field>
    <Field name="Name" hint="For new users">
      <input name="name" value={name} maxlength={200} autocomplete="off" />
    </Field>
    <Field name="Role" error={errorAt(problem, "/role")}>
      <Select name="role" value={role} options={roleOptions} />
    </Field>
    <button>Add member</button>
  </form>
);

const Member: FC<{ member: Schemas["Member"]; isAdmin: boolean }> = ({ member, isAdmin }) => (
  <li data-row>
    <div class="what">
      <p class="title" dir="auto">
        {member.name}
      </p>
      <p class="meta">{member.email}</p>
    </div>
    {isAdmin ? (
      <form method="post" action={`/settings/teams/${member.teamId}/members/${member.userId}`} class="actions">
        <Select name="role" label={`Role of ${member.email}`} value={member.role} options={enumOptions(ROLES)} />
        <button class="quiet" name="operation" value="save">
          Save
        </button>
        <button class="quiet" name="operation" value="remove" aria-label={`Remove ${member.email}`}>
          Remove
        </button>
      </form>
    ) : (
      <span>{sentenceCase(member.role)}</span>
    )}
  </li>
);

/** The link with a password token. The admin passes it to the user. */
export const PasswordToken: FC<{
  origin: string;
  email: string;
  token: string;
  expiresAt: string | null;
  back: { path: string; name: string };
}> = ({ origin, email, token, expiresAt, back }) => (
  <>
    <PageHead title={`Password link for ${email}`} up={back} />
    <Facts>
      <Fact name="Link">
        {/* The token is in the fragment, which browsers do not send to servers. */}
        <Copyable text={`${origin}/set-password#${token}`} name="link" />
        <span class="hint">It contains the password token. Shown only once. Send it to the user.</span>
      </Fact>
      <Fact name="Expires">
        <Time at={expiresAt} />
      </Fact>
    </Facts>
  </>
);
