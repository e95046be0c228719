import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import {
  objectName,
  objectNames,
  ownsAlert,
  partitionsOf,
  shardOf,
} from "../../../../src/objects/integration/shards/names.ts";
import { ALL_PARTITIONS, PARTITIONS } from "../../../../src/objects/integration/shards/partitions.ts";

describe("objectName", () => {
  it("is the id of the integration for the first object", () => {
    expect([0, 3].map((shard) => objectName("id", shard))).toEqual(["id", "id/3"]);
  });
});

describe("objectNames", () => {
  it("names all objects that the integration ever had", () => {
    expect(objectNames("id", 1)).toEqual(["id"]);
    expect(objectNames("id", 3)).toEqual(["id", "id/1", "id/2"]);
  });
});

describe("partitionsOf", () => {
  test.prop([fc.integer({ min: 1, max: PARTITIONS })])("assigns each partition to one shard", (shards) => {
    const all = Array.from({ length: shards }, (_, shard) => partitionsOf(shard, shards)).flat();
    expect(all.toSorted((a, b) => a - b)).toEqual(ALL_PARTITIONS);
  });
});

describe("ownsAlert", () => {
  it("is true for one shard and each alert", () => {
    const sharding = { shards: 4, previousShards: 1, most: 4, since: 2 };
    for (let number = 0; number < 50; number++) {
      const alert = { id: "", alertKey: `alert-${number}` };
      const owners = [0, 1, 2, 3].filter((shard) => ownsAlert({ sharding, shard }, alert));
      expect(owners).toHaveLength(1);
    }
  });

  it("is true for every alert of an integration without shards", () => {
    expect(ownsAlert({}, { id: "", alertKey: "a" })).toBe(true);
  });
});

it("shardOf spreads the partitions by their number", () => {
  expect(shardOf(7, 4)).toBe(3);
});
