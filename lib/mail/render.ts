import mustache from 'mustache';
import { limits } from '../base/limits.ts';
import type { MailMessage } from './mail-sender.ts';
import type { Template } from './templates.ts';

/** The values of a template's variables. */
export interface TemplateView {
  readonly [variable: string]: string | number | boolean | readonly TemplateView[] | undefined;
}

/** Renders a mail. Values are escaped in HTML, and cannot break lines or change the text direction. */
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

/** Makes a text one line: without line breaks, control characters and changes of direction, and shortened. */
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
