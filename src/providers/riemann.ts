import { defineProvider } from "./form/define.ts";

/** Riemann: one event as JSON, posted by the function of the setup steps. */
export const riemann = defineProvider({
  id: "riemann",
  name: "Riemann",
  docs: "https://riemann.io/concepts.html",
  category: "metrics",
  keywords: "events streams clojure metrics",
  setup: `1. In \`riemann.config\`, which only Riemann's user may read (\`chmod 600\`), define a function that posts an event:

   \`\`\`clojure
   (require '[clj-http.client :as http] '[cheshire.core :as json])

   (defn tocsin [event]
     (http/post "<INGEST_URL>"
                {:body (json/generate-string event)
                 :content-type :json
                 :headers {"X-Tocsin-Token" "<SECRET>"}
                 :socket-timeout 5000
                 :conn-timeout 5000}))
   \`\`\`

2. Send changes of state to it, through a queue, so that a slow answer delays no stream:

   \`\`\`clojure
   (let [alerts (async-queue! :tocsin {:queue-size 1000} tocsin)]
     (streams
       (changed-state {:init "ok"} alerts)))
   \`\`\`

Host and service of the event tie an alert to its end: the state \`ok\` resolves it.`,
  sample: {
    body: {
      host: "web-1",
      service: "cpu",
      state: "critical",
      time: 1790000000,
      description: "5-minute load average/core",
      metric: 3.2,
      tags: ["production"],
      ttl: 60,
    },
  },
  sender: { timeoutSeconds: 5, retries: [], note: "by the function of the setup steps" },
  body: "an event of Riemann",
  recognizedBy: ["host service state metric ttl", "host service state time ttl"],
  // An expired event is one that did not come again within its time to live.
  action: { at: "state", words: { trigger: "critical warning expired error", resolve: "ok" } },
  alertKey: { parts: ["service", "host?"] },
  title: [{ text: "{host} {service} is {state}" }, { text: "{service} is {state}" }],
  description: [{ join: ["description", { text: "metric: {metric}" }] }],
  severity: { at: "state", words: { CRITICAL: "critical", HIGH: "expired", MEDIUM: "warning" } },
  source: "host",
  occurredAt: "time",
  metadata: "service state metric tags ttl",
});
