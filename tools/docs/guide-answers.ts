import { oauthErrors } from '../../lib/auth/oauth-error.ts';
import type { AnswerText } from '../../lib/guides/texts.ts';
import { errorCatalogue } from '../../lib/scim/errors.ts';
import { errorSentences, isOAuth } from './error-sentences.ts';

/** The pattern of a sentence whose values are in angle brackets; `…` also stands for anything. */
export function patternOf(sentence: string): RegExp {
  const parts = sentence.split(/<[^<>]*>|…/).map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

/**
 * Finds the status with which the endpoint answers an error of a guide. Of several sentences that fit, the one with the
 * most fixed text counts. Throws if the code makes no such error.
 */
export function statusOf({ says }: AnswerText): number {
  const fitting = sentences.filter(({ pattern }) => pattern.test(says));
  const [first] = fitting.sort((one, other) => other.fixed - one.fixed);
  if (!first) throw new Error(`No error says "${says}"`);
  return first.status;
}

const sentences = errorSentences().map(({ code, detail }) => ({
  status: isOAuth(code) ? oauthErrors[code] : errorCatalogue[code].status,
  pattern: patternOf(detail),
  fixed: detail.replaceAll(/<[^<>]*>/g, '').length,
}));
