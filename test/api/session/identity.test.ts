import { describe, expect, it } from "vitest";
import { readGitHubIdentity } from "../../../src/api/session/identity.ts";

const GITHUB = {
  id: "github",
  name: "GitHub",
  issuer: null,
  clientId: "x",
  clientSecret: "x",
  scopes: [],
  vouchesForEmails: false,
};

describe("a person at GitHub", () => {
  it("has the primary address, whatever the profile shows", () => {
    const emails = [
      { email: "old@example.com", primary: false, verified: true },
      { email: "Ada@Example.com", primary: true, verified: true },
    ];
    expect(readGitHubIdentity(GITHUB, { id: 583231, email: "old@example.com" }, emails)).toEqual({
      subject: "583231",
      email: "ada@example.com",
      isEmailVerified: true,
    });
  });

  it.each([
    ["an unverified address", { id: 1 }, [{ email: "ada@example.com", primary: true, verified: false }], false],
    [
      "verified as text of another kind",
      { id: 1 },
      [{ email: "ada@example.com", primary: true, verified: "yes" }],
      false,
    ],
  ])("is not verified with %s", (_, user, emails, isEmailVerified) => {
    expect(readGitHubIdentity(GITHUB, user, emails)).toMatchObject({ isEmailVerified });
  });

  it.each([
    ["no address", { id: 1 }, []],
    ["no primary address", { id: 1 }, [{ email: "ada@example.com", verified: true }]],
    ["entries of another kind", { id: 1 }, [null, "ada@example.com", 7]],
    ["no id", {}, [{ email: "ada@example.com", primary: true, verified: true }]],
  ])("is a 403 with %s", (_, user, emails) => {
    expect(() => readGitHubIdentity(GITHUB, user, emails)).toThrow(expect.objectContaining({ status: 403 }));
  });
});
