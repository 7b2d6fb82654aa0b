import mustache from 'mustache';
import { limits } from '../base/limits.ts';
import type { MailMessage } from './mail-sender.ts';
import type { Template } from './templates.ts';

/** What a template's variables stand for. */
export interface TemplateView {
  readonly [variable: string]: string | number | boolean | readonly TemplateView[] | undefined;
}

/** Renders a mail: HTML with all values escaped, and texts in which no value begins a line or turns it round. */
export function renderMail(
  template: Template,
  view: TemplateView,
): Pick<MailMessage, 'subject' | 'text' | 'html'> {
  const plain = oneLineEach(view);
  const asText = (text: string) => mustache.render(text, plain, {}, { escape: String });
  return {
    subject: oneLine(asText(template.subject)),
    text: asText(template.text),
    html: mustache.render(template.html, plain),
  };
}

/** A text of people's making in one line: without breaks, controls and turns of direction, and not endless. */
export function oneLine(text: string, charactersMax: number = limits.mailLineCharactersMax): string {
  const line = text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .trim();
  return Array.from(line).slice(0, charactersMax).join('');
}

function oneLineEach(view: TemplateView): TemplateView {
  return Object.fromEntries(
    Object.entries(view).map(([name, value]) => {
      if (typeof value === 'string') return [name, oneLine(value)];
      return [name, Array.isArray(value) ? value.map(oneLineEach) : value];
    }),
  );
}
