import { asyncApiPage } from './async-api-page.ts';
import { cliPage } from './cli-page.ts';
import { clientsPage } from './clients-page.ts';
import { errorsPage } from './errors-page.ts';
import { eventsPage } from './events-page.ts';
import { guidePages } from './guide-page.ts';
import { containersPages } from './infra-page.ts';
import { managePlacesPage } from './manage-places.ts';
import { openApiPage } from './open-api-page.ts';
import { operatePage } from './operate-page.ts';
import type { Page } from './page.ts';
import { policyPage } from './policy-page.ts';
import { schemasPage } from './schemas-page.ts';

/** The reference pages that are generated from the code. */
export const pages: readonly Page[] = [
  clientsPage(),
  errorsPage(),
  schemasPage(),
  policyPage(),
  managePlacesPage(),
  openApiPage(),
  asyncApiPage(),
  eventsPage(),
  operatePage(),
  cliPage(),
  ...containersPages(),
  ...guidePages(),
];
