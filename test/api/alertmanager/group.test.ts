import { expect, it } from "vitest";
import { Groups } from "../../../src/api/alertmanager/group.ts";

const receiver = (name: string) => ({ name, labels: { tocsin_team: `id of ${name}` } });

it("groups alerts by receiver, alertname and integration, in Alertmanager's order", () => {
  const groups = new Groups<number>();
  const labels = (alertname: string, integration = "i") => ({ alertname, tocsin_integration: integration, job: "x" });
  groups.add(labels("Disk"), receiver("b"), 1);
  groups.add(labels("Disk"), receiver("a"), 2);
  groups.add(labels("CPU"), receiver("b"), 3);
  groups.add({ tocsin_integration: "z" }, receiver("b"), 4);
  groups.add(labels("Disk"), receiver("b"), 5);
  groups.add(labels("Disk", "h"), receiver("b"), 6);
  expect(groups.sorted().map((group) => [group.labels, group.receiver.name, group.members])).toEqual([
    [{ tocsin_integration: "z" }, "b", [4]],
    [{ alertname: "CPU", tocsin_integration: "i" }, "b", [3]],
    [{ alertname: "Disk", tocsin_integration: "h" }, "b", [6]],
    [{ alertname: "Disk", tocsin_integration: "i" }, "a", [2]],
    [{ alertname: "Disk", tocsin_integration: "i" }, "b", [1, 5]],
  ]);
});
