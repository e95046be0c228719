import { describe, expect, it } from "vitest";
import {
  covers,
  includes,
  includesTeam,
  narrow,
  type Principal,
  ROOT,
  roleScopes,
  SCOPES,
  scopeSet,
  seesNothing,
  type VisibleTeams,
  visibleTeamsOf,
} from "../../src/lib/principal.ts";

const USER: Principal = {
  actor: "user:1",
  actorName: null,
  everywhere: new Set(),
  teams: new Map([
    ["a", roleScopes("RESPONDER")],
    ["b", roleScopes("OBSERVER")],
  ]),
  limit: null,
  user: null,
  credential: null,
};

describe("scopeSet", () => {
  it("includes the read scope of a write scope", () => {
    expect([...scopeSet(["integrations:write"])].toSorted()).toEqual(["integrations:read", "integrations:write"]);
    expect(scopeSet(["deliveries:replay"]).has("deliveries:read")).toBe(true);
    expect(scopeSet(["alerts:read"]).has("alerts:write")).toBe(false);
  });

  it("includes all scopes in `admin`", () => {
    expect([...scopeSet(["admin"])].toSorted()).toEqual([...SCOPES].toSorted());
  });
});

describe("visibleTeamsOf", () => {
  it("returns the teams in which the role of a user has the scope", () => {
    expect(visibleTeamsOf(USER, "alerts:read")).toEqual(["a", "b"]);
    expect(visibleTeamsOf(USER, "alerts:write")).toEqual(["a"]);
    expect(visibleTeamsOf(USER, "admin")).toEqual([]);
  });

  it("returns all teams for the root key", () => {
    expect(visibleTeamsOf(ROOT, "admin")).toBe("all");
  });
});

describe("includesTeam", () => {
  it("shows resources of the platform only to callers with all teams", () => {
    expect(includesTeam("all", null)).toBe(true);
    expect(includesTeam(["a"], null)).toBe(false);
    expect([includesTeam(["a"], "a"), includesTeam(["a"], "b"), includesTeam([], "a")]).toEqual([true, false, false]);
  });
});

describe("narrow", () => {
  it("returns the team of the filter if it is visible, and no team otherwise", () => {
    expect(narrow("all", undefined)).toBe("all");
    expect(narrow("all", "a")).toEqual(["a"]);
    expect(narrow(["a"], "a")).toEqual(["a"]);
    expect(narrow(["a"], "b")).toEqual([]);
  });
});

describe("a key for one integration", () => {
  const limit = { integrationId: "i", teams: ["a"], scopes: scopeSet(["alerts:write"]) };
  const key: Principal = { ...USER, actor: "api:1", teams: new Map(), limit };
  const visible = visibleTeamsOf(key, "alerts:read");

  it("sees the rows of its integration, while it belongs to the team of the key", () => {
    expect(visible).toEqual({ integrationId: "i", teams: ["a"] });
    expect(includes(visible, { teamId: "a", integrationId: "i" })).toBe(true);
    expect(includes(visible, { teamId: "b", integrationId: "i" })).toBe(false);
    expect(includes(visible, { teamId: "a", integrationId: "other" })).toBe(false);
    expect(includes({ integrationId: "i", teams: "all" }, { teamId: null, integrationId: "i" })).toBe(true);
  });

  it("sees no other resource of the team, and nothing without the scope", () => {
    expect([includesTeam(visible, "a"), includes(visible, { teamId: "a" })]).toEqual([false, false]);
    expect(seesNothing(visible)).toBe(false);
    expect(seesNothing(visibleTeamsOf(key, "deliveries:read"))).toBe(true);
    expect(seesNothing(narrow(visible, "b"))).toBe(true);
    expect(narrow(visible, "a")).toEqual(visible);
  });
});

describe("covers", () => {
  const ofIntegration = (integrationId: string, teams: "all" | string[]): VisibleTeams => ({ integrationId, teams });

  it.each<[VisibleTeams, VisibleTeams, boolean]>([
    ["all", "all", true],
    ["all", ["a"], true],
    [["a", "b"], ["a"], true],
    [["a"], ["a", "b"], false],
    [["a"], "all", false],
    [[], [], true],
    [["a"], ofIntegration("i", ["a"]), true],
    [ofIntegration("i", ["a"]), ["a"], false],
    [ofIntegration("i", ["a"]), ofIntegration("i", ["a"]), true],
    [ofIntegration("i", "all"), ofIntegration("i", ["a"]), true],
    [ofIntegration("i", ["a"]), ofIntegration("i", "all"), false],
    [ofIntegration("j", ["a"]), ofIntegration("i", ["a"]), false],
  ])("%j covers %j: %s", (whole, part, isCovered) => expect(covers(whole, part)).toBe(isCovered));
});
