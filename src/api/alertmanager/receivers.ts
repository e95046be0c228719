/** The receivers: whom an alert concerns. Each team is one, and Tocsin itself for the alerts of integrations without a team. */
import { listAlertTeams } from "../../db/teams.ts";
import type { Database } from "../../db/client.ts";
import { teamsOf, type VisibleTeams } from "../../lib/principal.ts";

export interface Receiver {
  name: string;
  /** `tocsin_team`, the id of the team; for the parameter `receiver_matchers`. */
  labels: Record<string, string>;
}

/** The receiver of alerts without a team. */
const TOCSIN: Receiver = { name: "tocsin", labels: {} };

/** The receivers that a caller can see. */
export interface Receivers {
  all: Receiver[];
  /** The receiver of the alerts of a team. */
  of(teamId: string | null): Receiver;
}

/** Reads the visible receivers by name, Tocsin first. */
export async function readReceivers(db: Database, visibleTeams: VisibleTeams): Promise<Receivers> {
  const teams = (await listAlertTeams(db, visibleTeams)).map(({ id, name }) => toReceiver(id, name));
  // The one integration of a key has a team or not.
  const isTocsinVisible = teamsOf(visibleTeams) === "all" && (visibleTeams === "all" || teams.length === 0);
  const byTeam = new Map(teams.map((receiver) => [receiver.labels.tocsin_team, receiver]));
  return {
    all: isTocsinVisible ? [TOCSIN, ...teams] : teams,
    of: (teamId) => (teamId === null ? TOCSIN : (byTeam.get(teamId) ?? toReceiver(teamId, teamId))),
  };
}

const toReceiver = (id: string, name: string): Receiver => ({ name, labels: { tocsin_team: id } });
