import { statuscake } from "../../../src/providers/statuscake.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: statuscake,
  cases: [
    {
      proves: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "6120045",
          title: "Checkout",
          severity: "HIGH",
          url: "https://shop.example.com/checkout",
          occurredAt: null,
        },
      ],
    },
    { proves: "repeat", patch: { StatusCode: "502" }, reads: [{ alertKey: "6120045" }] },
    {
      proves: "resolve",
      patch: { Status: "UP", StatusCode: "200" },
      reads: [{ action: "resolve", alertKey: "6120045" }],
    },
    {
      proves: "odd",
      name: "no id: its name and URL",
      patch: { TestID: null },
      reads: [{ alertKey: '["Checkout","https://shop.example.com/checkout"]' }],
    },
    { proves: "odd", name: "a text", body: "hello", refuses: /expected StatusCake's form/ },
  ],
};
