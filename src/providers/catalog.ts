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
  "deployments",
  "incidents",
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
    riemann: "events streams clojure metrics",
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
    openobserve: "logs metrics traces opentelemetry otel",
    signoz: "opentelemetry otel traces metrics logs apm",
  },
  infrastructure: {
    auvik: "network switches routers devices",
    checkmk: "check_mk servers hosts services",
    "home-assistant": "smart home automation iot sensors",
    icinga: "icinga2 servers hosts services nagios",
    "kubernetes-event-exporter": "kubernetes k8s events pods nodes",
    librenms: "network snmp switches routers devices",
    logicmonitor: "network servers devices",
    monit: "linux servers processes daemons",
    nagios: "naemon servers hosts services checks",
    netbox: "network inventory ipam dcim",
    proxmox: "pve pbs backup virtualization vm lxc vzdump",
    prtg: "paessler network snmp sensors",
    scom: "system center operations manager windows microsoft servers",
    solarwinds: "orion network npm servers",
    "vmware-aria": "vrealize operations vrops vsphere esxi vcenter broadcom",
    zabbix: "servers hosts triggers snmp agent",
  },
  cloud: {
    "aws-eventbridge": "amazon web services events guardduty health ec2",
    "azure-monitor": "microsoft cloud log analytics application insights",
    cloudflare: "cdn dns notifications edge",
    cloudwatch: "aws amazon web services alarms sns lambda ec2 rds",
    databricks: "sql alerts data warehouse redash",
    "google-cloud-monitoring": "gcp stackdriver gke kubernetes k8s",
    "mongodb-atlas": "mongo database cloud manager ops manager",
    "oci-monitoring": "oracle cloud infrastructure alarms",
  },
  uptime: {
    apexping: "uptime website http",
    "better-stack": "better uptime betterstack website status page",
    catchpoint: "synthetic internet performance uptime",
    checkly: "synthetic playwright browser api checks uptime",
    gatus: "uptime website status page self-hosted health checks",
    hetrixtools: "uptime website blacklist servers",
    hyperping: "uptime website status page",
    insping: "uptime website",
    openstatus: "uptime website status page synthetic",
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
    elastic: "elasticsearch kibana watcher elk logs siem",
    falco: "falcosidekick security runtime intrusion kubernetes k8s ebpf",
    graylog: "logs syslog siem",
    papertrail: "solarwinds syslog logs saved searches",
    splunk: "logs siem saved searches",
    thinkst: "canary honeypot security intrusion",
    "trivy-operator": "security vulnerabilities aqua scanner kubernetes k8s cve",
    wazuh: "security siem intrusion ossec xdr",
  },
  heartbeats: {
    cronitor: "cron jobs heartbeat scheduled tasks",
    "dead-mans-snitch": "cron jobs heartbeat scheduled tasks backups",
    heartbeat: "cron jobs scheduled tasks backups signs of life",
    healthchecks: "cron jobs heartbeat scheduled tasks backups",
  },
  deployments: {
    argocd: "argo cd gitops kubernetes k8s sync",
    "azure-devops": "microsoft tfs pipelines ci builds releases",
    circleci: "ci workflows builds",
    flux: "fluxcd gitops kubernetes k8s helm kustomize",
    github: "actions ci workflows deployments security dependabot",
    gitlab: "ci pipelines jobs vulnerabilities security incidents",
    jenkins: "hudson ci jobs builds",
    netlify: "deploys frontend hosting jamstack",
    render: "deploys hosting cron jobs",
    vercel: "next deploys frontend hosting",
  },
  incidents: {
    firehydrant: "incidents on call on-call",
    goalert: "on call on-call paging",
    "grafana-oncall": "on call on-call paging escalation",
    "incident-io": "incident io on call on-call paging",
    jira: "atlassian tickets issues service management",
    opsgenie: "on call on-call paging atlassian",
    pagerduty: "on call on-call paging events api",
    "pagerduty-events-v1": "on call on-call paging events api",
    "pagerduty-webhook-v1": "on call on-call paging incidents",
    "pagerduty-webhook-v2": "on call on-call paging incidents",
    "pagerduty-webhooks": "on call on-call paging incidents",
    rootly: "on call on-call incidents",
    squadcast: "on call on-call paging",
    statusgator: "status page vendors outages third party",
    statuspage: "atlassian status page vendors outages third party",
    "victorops-rest": "splunk on-call victorops on call paging rest",
  },
  generic: {
    apprise: "notifications library any program python",
    email: "e-mail mail smtp nas ups backups any",
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
