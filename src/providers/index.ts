import { airbrake } from "./airbrake.ts";
import { alertmanager } from "./alertmanager.ts";
import { apexping } from "./apexping.ts";
import { appdynamics } from "./appdynamics.ts";
import { auvik } from "./auvik.ts";
import { awsEventbridge } from "./aws-eventbridge.ts";
import { axiom } from "./axiom.ts";
import { azureMonitor } from "./azure-monitor.ts";
import { betterStack } from "./better-stack.ts";
import { bugsnag } from "./bugsnag.ts";
import { catchpoint } from "./catchpoint.ts";
import { checkly } from "./checkly.ts";
import { checkmk } from "./checkmk.ts";
import { cloudevents } from "./cloudevents.ts";
import { cloudflare } from "./cloudflare.ts";
import { cloudwatch } from "./cloudwatch.ts";
import { coralogix } from "./coralogix.ts";
import { cronitor } from "./cronitor.ts";
import { custom } from "./custom.ts";
import { dash0 } from "./dash0.ts";
import { datadog } from "./datadog.ts";
import { deadMansSnitch } from "./dead-mans-snitch.ts";
import { dynatrace } from "./dynatrace.ts";
import { elastic } from "./elastic.ts";
import { email } from "./email.ts";
import { errbit } from "./errbit.ts";
import { generic } from "./generic.ts";
import { github } from "./github.ts";
import { goalert } from "./goalert.ts";
import { googleCloudMonitoring } from "./google-cloud-monitoring.ts";
import { grafanaOncall } from "./grafana-oncall.ts";
import { grafana } from "./grafana.ts";
import { graylog } from "./graylog.ts";
import { healthchecks } from "./healthchecks.ts";
import { heartbeat } from "./heartbeat.ts";
import { hetrixtools } from "./hetrixtools.ts";
import { honeybadger } from "./honeybadger.ts";
import { honeycomb } from "./honeycomb.ts";
import { hyperping } from "./hyperping.ts";
import { icinga } from "./icinga.ts";
import { insping } from "./insping.ts";
import { jira } from "./jira.ts";
import { kapacitor } from "./kapacitor.ts";
import { librato } from "./librato.ts";
import { librenms } from "./librenms.ts";
import { logicmonitor } from "./logicmonitor.ts";
import { nagios } from "./nagios.ts";
import { netbox } from "./netbox.ts";
import { netdata } from "./netdata.ts";
import { newrelic } from "./newrelic.ts";
import { opsgenie } from "./opsgenie.ts";
import { pagerdutyEventsV1 } from "./pagerduty-events-v1.ts";
import { pagerdutyWebhookV1 } from "./pagerduty-webhook-v1.ts";
import { pagerdutyWebhookV2 } from "./pagerduty-webhook-v2.ts";
import { pagerdutyWebhooks } from "./pagerduty-webhooks.ts";
import { pagerduty } from "./pagerduty.ts";
import { pingdom } from "./pingdom.ts";
import { prtg } from "./prtg.ts";
import { pulsetic } from "./pulsetic.ts";
import { raygun } from "./raygun.ts";
import { rollbar } from "./rollbar.ts";
import { runscope } from "./runscope.ts";
import { scom } from "./scom.ts";
import { sentry } from "./sentry.ts";
import { serverguard24 } from "./serverguard24.ts";
import { signalfx } from "./signalfx.ts";
import { site24x7 } from "./site24x7.ts";
import { sixtysixUptime } from "./sixtysix-uptime.ts";
import { solarwinds } from "./solarwinds.ts";
import { splunk } from "./splunk.ts";
import { standardWebhooks } from "./standard-webhooks.ts";
import { statuscake } from "./statuscake.ts";
import { statusgator } from "./statusgator.ts";
import { statuspage } from "./statuspage.ts";
import { thinkst } from "./thinkst.ts";
import { thousandeyes } from "./thousandeyes.ts";
import { updown } from "./updown.ts";
import { uptimeCom } from "./uptime-com.ts";
import { uptimeKuma } from "./uptime-kuma.ts";
import { uptimerobot } from "./uptimerobot.ts";
import { wazuh } from "./wazuh.ts";
import { zabbix } from "./zabbix.ts";
import type { Provider } from "./provider.ts";

/** Every provider by its id, in the order of their ids. */
export const PROVIDERS: ReadonlyMap<string, Provider> = new Map(
  [
    airbrake,
    alertmanager,
    apexping,
    appdynamics,
    auvik,
    awsEventbridge,
    axiom,
    azureMonitor,
    betterStack,
    bugsnag,
    catchpoint,
    checkly,
    checkmk,
    cloudevents,
    cloudflare,
    cloudwatch,
    coralogix,
    cronitor,
    custom,
    dash0,
    datadog,
    deadMansSnitch,
    dynatrace,
    elastic,
    email,
    errbit,
    generic,
    github,
    goalert,
    googleCloudMonitoring,
    grafana,
    grafanaOncall,
    graylog,
    healthchecks,
    heartbeat,
    hetrixtools,
    honeybadger,
    honeycomb,
    hyperping,
    icinga,
    insping,
    jira,
    kapacitor,
    librato,
    librenms,
    logicmonitor,
    nagios,
    netbox,
    netdata,
    newrelic,
    opsgenie,
    pagerduty,
    pagerdutyEventsV1,
    pagerdutyWebhookV1,
    pagerdutyWebhookV2,
    pagerdutyWebhooks,
    pingdom,
    prtg,
    pulsetic,
    raygun,
    rollbar,
    runscope,
    scom,
    sentry,
    serverguard24,
    signalfx,
    site24x7,
    sixtysixUptime,
    solarwinds,
    splunk,
    standardWebhooks,
    statuscake,
    statusgator,
    statuspage,
    thinkst,
    thousandeyes,
    updown,
    uptimeCom,
    uptimeKuma,
    uptimerobot,
    wazuh,
    zabbix,
  ].map((provider) => [provider.id, provider]),
);
