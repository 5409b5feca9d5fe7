import { activity } from "./en/activity.ts";
import { api } from "./en/api.ts";
import { app } from "./en/app.ts";
import { attach } from "./en/attach.ts";
import { bench } from "./en/bench.ts";
import { chat } from "./en/chat.ts";
import { common } from "./en/common.ts";
import { evals } from "./en/evals.ts";
import { hub } from "./en/hub.ts";
import { libraries } from "./en/libraries.ts";
import { library } from "./en/library.ts";
import { models } from "./en/models.ts";
import { network } from "./en/network.ts";
import { organise } from "./en/organise.ts";
import { servers } from "./en/servers.ts";
import { pins } from "./en/pins.ts";
import { quants } from "./en/quants.ts";
import { receipt } from "./en/receipt.ts";
import { settings } from "./en/settings.ts";
import { shortcuts } from "./en/shortcuts.ts";
import { storage } from "./en/storage.ts";
import { ui } from "./en/ui.ts";
import { viewer } from "./en/viewer.ts";

/**
 * The English catalogue: every word that the interface shows, in one section per feature, each in a
 * file of its own under en/. Values are text, or functions of text and numbers where a sentence has
 * a gap; numbers and dates are formatted before they come in. Sentence case, plain verbs, units with
 * numbers.
 */
export const en = {
  /** BCP 47 tag, for everything that Intl formats. */
  locale: "en",
  activity,
  api,
  app,
  attach,
  bench,
  chat,
  common,
  evals,
  hub,
  libraries,
  library,
  models,
  network,
  organise,
  servers,
  pins,
  quants,
  receipt,
  settings,
  storage,
  ui,
  viewer,
  shortcuts,
};
