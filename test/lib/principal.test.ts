import { describe, expect, it } from "vitest";
import {
  includesTeam,
  narrow,
  type Principal,
  ROOT,
  roleScopes,
  SCOPES,
  scopeSet,
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
