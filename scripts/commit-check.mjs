// Fails if the subject of a new commit is longer than 72 characters or does not follow https://www.conventionalcommits.org/.
// New: since the last tag, or since this check exists. In a shallow clone: the commits in the clone. `node scripts/commit-check.mjs <range>`
import { execFileSync } from "node:child_process";

const MAX_LENGTH = 72;
const SUBJECT = /^(build|chore|ci|docs|feat|fix|perf|refactor|revert|style|test)(\([\w-]+\))?!?: \S/;

const git = (...args) => {
  try {
    return execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "";
  }
};

const start =
  git("describe", "--tags", "--abbrev=0") ||
  git("log", "--diff-filter=A", "--format=%H", "-1", "--", "scripts/commit-check.mjs");
const range = process.argv[2] || (start ? `${start}..HEAD` : "HEAD");
const subjects = git("log", "--no-merges", "--format=%s", range).split("\n").filter(Boolean);
const bad = subjects.filter((subject) => subject.length > MAX_LENGTH || !SUBJECT.test(subject));
if (bad.length > 0) {
  console.error(
    `Subjects need the form "type(scope): what changed", in at most ${MAX_LENGTH} characters:\n${bad.join("\n")}`,
  );
  process.exitCode = 1;
} else {
  console.log(`${subjects.length} commit subjects in ${range} are well-formed.`);
}
