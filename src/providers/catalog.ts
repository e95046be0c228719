/** The catalog of providers: what kind of source each is, and the words by which people look for it. */

export const CATEGORIES = [
  "metrics",
  "observability",
  "infrastructure",
  "cloud",
  "uptime",
  "errors",
  "logs",
  "heartbeats",
  "incidents",
  "development",
  "generic",
] as const;

export type Category = (typeof CATEGORIES)[number];

export interface CatalogEntry {
  category: Category;
  /** Words besides the name, in lower case. */
  keywords: readonly string[];
}

/** By category: the ids of its providers, each with its keywords. */
const CATALOG: Record<Category, Record<string, string>> = {
  metrics: {
    alertmanager:
      "kubernetes k8s prometheus victoriametrics vmalert loki mimir thanos cortex promql metrics openshift rancher",
    grafana: "dashboards alerting kubernetes k8s loki mimir influxdb prometheus metrics",
    kapacitor: "influxdb influxdata tick telegraf time series metrics",
    librato: "appoptics solarwinds metrics",
    netdata: "linux servers agent metrics",
    signalfx: "splunk observability metrics apm",
  },
  observability: {
    appdynamics: "apm cisco java application performance",
    axiom: "logs events monitors traces",
    coralogix: "logs metrics traces",
    dash0: "opentelemetry otel traces kubernetes k8s",
    datadog: "apm metrics logs kubernetes k8s monitors",
    dynatrace: "apm davis problems kubernetes k8s",
    honeycomb: "traces slo opentelemetry otel",
    newrelic: "new relic apm nrql kubernetes k8s",
  },
  infrastructure: {
    auvik: "network switches routers devices",
    checkmk: "check_mk servers hosts services",
    icinga: "icinga2 servers hosts services nagios",
    librenms: "network snmp switches routers devices",
    logicmonitor: "network servers devices",
    nagios: "naemon servers hosts services checks",
    netbox: "network inventory ipam dcim",
    prtg: "paessler network snmp sensors",
    scom: "system center operations manager windows microsoft servers",
    solarwinds: "orion network npm servers",
    zabbix: "servers hosts triggers snmp agent",
  },
  cloud: {
    databricks: "sql data warehouse queries",
    "mongodb-atlas": "database mongo cloud",
    "oci-monitoring": "oracle cloud infrastructure alarms",
    "aws-eventbridge": "amazon web services events guardduty health ec2",
    "azure-monitor": "microsoft cloud log analytics application insights",
    cloudflare: "cdn dns notifications edge",
    cloudwatch: "aws amazon web services alarms sns lambda ec2 rds",
    "google-cloud-monitoring": "gcp stackdriver gke kubernetes k8s",
  },
  uptime: {
    openstatus: "uptime website status page synthetic",
    apexping: "uptime website http",
    "better-stack": "better uptime betterstack website status page",
    catchpoint: "synthetic internet performance uptime",
    checkly: "synthetic playwright browser api checks uptime",
    hetrixtools: "uptime website blacklist servers",
    hyperping: "uptime website status page",
    insping: "uptime website",
    pingdom: "solarwinds uptime website synthetic",
    pulsetic: "uptime website status page",
    runscope: "blazemeter api tests synthetic",
    serverguard24: "uptime website servers",
    site24x7: "manageengine zoho uptime website servers",
    "sixtysix-uptime": "uptime website",
    statuscake: "uptime website ssl",
    thousandeyes: "cisco network internet synthetic",
    updown: "uptime website ssl",
    "uptime-com": "uptime website synthetic",
    "uptime-kuma": "uptime website self-hosted ping",
    uptimerobot: "uptime website ping",
  },
  errors: {
    airbrake: "error tracking exceptions crashes",
    bugsnag: "error tracking exceptions crashes smartbear mobile",
    errbit: "error tracking exceptions crashes self-hosted airbrake",
    honeybadger: "error tracking exceptions crashes ruby",
    raygun: "error tracking exceptions crashes",
    rollbar: "error tracking exceptions crashes",
    sentry: "error tracking exceptions crashes performance issues glitchtip",
  },
  logs: {
    falco: "security intrusion kubernetes k8s containers runtime",
    elastic: "elasticsearch kibana watcher elk logs siem",
    graylog: "logs syslog siem",
    splunk: "logs siem saved searches",
    thinkst: "canary honeypot security intrusion",
    wazuh: "security siem intrusion ossec xdr",
  },
  heartbeats: {
    heartbeat: "cron jobs scheduled tasks backups ping",
    cronitor: "cron jobs heartbeat scheduled tasks",
    "dead-mans-snitch": "cron jobs heartbeat scheduled tasks backups",
    healthchecks: "cron jobs heartbeat scheduled tasks backups",
  },
  development: {
    argocd: "argo cd gitops deployments kubernetes k8s",
    "azure-devops": "microsoft ci pipelines builds deployments",
    circleci: "ci pipelines builds",
    flux: "gitops deployments kubernetes k8s",
    github: "actions ci workflows deployments security dependabot",
    gitlab: "ci pipelines builds deployments",
    jenkins: "ci pipelines builds",
    netlify: "deployments hosting website",
    render: "deployments hosting cloud",
    vercel: "deployments hosting website",
  },
  incidents: {
    firehydrant: "on call on-call incidents status page",
    "incident-io": "on call on-call incidents",
    rootly: "on call on-call incidents",
    squadcast: "on call on-call paging solarwinds",
    "victorops-rest": "on call on-call paging victorops",
    goalert: "on call on-call paging",
    "grafana-oncall": "on call on-call paging escalation",
    jira: "atlassian tickets issues service management",
    opsgenie: "on call on-call paging atlassian",
    pagerduty: "on call on-call paging events api",
    "pagerduty-events-v1": "on call on-call paging events api",
    "pagerduty-webhook-v1": "on call on-call paging incidents",
    "pagerduty-webhook-v2": "on call on-call paging incidents",
    "pagerduty-webhooks": "on call on-call paging incidents",
    statusgator: "status page vendors outages third party",
    statuspage: "atlassian status page vendors outages third party",
  },
  generic: {
    email: "e-mail mail smtp any",
    cloudevents: "cncf events knative any",
    custom: "any json mapping jsonata own format unknown",
    generic: "any json curl script http webhook own program unknown",
    "standard-webhooks": "svix any json signed webhook",
  },
};

const ENTRIES: ReadonlyMap<string, CatalogEntry> = new Map(
  CATEGORIES.flatMap((category) =>
    Object.entries(CATALOG[category]).map(
      ([id, keywords]) => [id, { category, keywords: keywords.split(" ") }] as const,
    ),
  ),
);

/** The ids in the catalog. */
export const catalogIds = (): string[] => [...ENTRIES.keys()];

/** The entry of a provider. One that the catalog does not list is generic. */
export const catalogEntry = (id: string): CatalogEntry => ENTRIES.get(id) ?? { category: "generic", keywords: [] };
