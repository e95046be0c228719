/** The script of the alert list and of the page of an alert, besides console.ts. */
import { startAlertPage } from "./alert-page.tsx";
import { startTriage } from "./triage/app.ts";

startTriage();
startAlertPage();
// From here on, the keys work.
document.documentElement.classList.add("ready");
