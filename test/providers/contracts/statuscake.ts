import { statuscake } from "../../../src/providers/statuscake.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: statuscake,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "6120044",
          title: "Checkout",
          description: "Status code 503",
          severity: "HIGH",
          source: "Checkout",
          url: "https://shop.example.com/checkout",
          occurredAt: null,
          metadata: {
            Status: "Down",
            StatusCode: "503",
            Method: "Website",
            Checkrate: "300",
            Tags: "shop,production",
            IP: "192.0.2.10",
          },
        },
      ],
    },
    {
      kind: "resolve",
      patch: { Status: "Up", StatusCode: "200" },
      reads: [{ action: "resolve", alertKey: "6120044" }],
    },
    {
      kind: "resolve",
      name: "a newer body: no id, and in capitals",
      body: {
        Name: "Checkout",
        URL: "https://shop.example.com/checkout",
        Status: "UP",
        StatusCode: "200",
        IP: "192.0.2.10",
        CheckRate: "300",
        ContactGroup: "100",
      },
      reads: [{ action: "resolve", alertKey: '["Checkout","https://shop.example.com/checkout"]' }],
    },
    {
      kind: "odd",
      name: "no name and no status code",
      patch: { TestID: null, Name: "", StatusCode: null },
      reads: [{ alertKey: "https://shop.example.com/checkout", description: null, source: "192.0.2.10" }],
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected the StatusCake fields of a test/ },
  ],
};
