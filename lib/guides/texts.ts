import type { Credential, ValueId } from './provider.ts';

/**
 * The texts of the guides in one language. Texts may have Markdown for bold, code and links. Labels of a portal are
 * texts too, because portals are translated.
 */
export interface GuideTexts {
  /** Says in a paragraph how the identity provider sends people to the product, and what it cannot do. */
  readonly summary: string;
  readonly needs: readonly string[];
  /** Says for each way to authenticate when to choose it. */
  readonly choices: Readonly<Partial<Record<Credential, string>>>;
  readonly parts: readonly Part[];
  /** Remarks below the tables of attributes. */
  readonly attributes: readonly string[];
  readonly pilot: readonly Step[];
  readonly events: readonly AccessEvent[];
  /** Says where the portal shows errors. */
  readonly logs: Step;
  readonly portalErrors: readonly PortalError[];
  readonly renewal: readonly Step[];
}

/** A group of steps under one heading. */
export interface Part {
  readonly title: string;
  /** The only ways to authenticate for which the part is needed; all without it. */
  readonly only?: readonly Credential[];
  readonly steps: readonly Step[];
}

/** One step in the portal. */
export interface Step {
  readonly say: string;
  readonly fields?: readonly Field[];
  /** A text of several lines to copy. */
  readonly paste?: string;
  /** False if no current source shows these labels. */
  readonly checked?: false;
}

/** A field of the portal, and its value. */
export interface Field {
  readonly label: string;
  /** A value that the vendor hands over, or a fixed text. */
  readonly copy: ValueId | { readonly text: string };
  /** False if no current source shows this label. */
  readonly checked?: false;
}

/** The effect of an event on a person's access to the product. */
export type Outcome =
  | 'created'
  | 'changed'
  | 'disabled'
  | 'enabled'
  | 'deleted'
  | 'groupCreated'
  | 'groupRenamed'
  | 'groupDeleted'
  | 'memberAdded'
  | 'memberRemoved'
  | 'nothing';

/** Something that happens in the identity provider. */
export interface AccessEvent {
  readonly event: string;
  readonly outcome: Outcome;
  readonly note?: string;
  /** False if no current source says that the identity provider does this. */
  readonly checked?: false;
}

/** The person who can remove the cause of an error. */
export type Helper = 'administrator' | 'vendor' | 'both';

/** An error as the customer's administrator sees it. */
export interface ErrorText {
  /** A message of the portal, or the sentence of an answer with its values in angle brackets. */
  readonly says: string;
  readonly means: string;
  readonly helper: Helper;
}

/** An error of the portal. */
export interface PortalError extends ErrorText {
  /** False if no current source shows this message. */
  readonly checked?: false;
}

/** An error of the endpoint. */
export interface AnswerText extends ErrorText {
  /** The only ways to authenticate, or the groups, with which it can come; always without it. */
  readonly only?: readonly (Credential | 'groups')[];
}

/** The texts that all guides of a language share. */
export interface SharedTexts {
  readonly headings: Readonly<Record<Heading, string>>;
  readonly columns: Readonly<Record<Column, string>>;
  /** The mark of a step, field or event that nobody could check. */
  readonly unchecked: string;
  readonly notes: Readonly<Record<Note, string>>;
  readonly values: Readonly<Record<ValueId, ValueText>>;
  readonly credentials: Readonly<Record<Credential, string>>;
  readonly outcomes: Readonly<Record<Outcome, string>>;
  readonly helpers: Readonly<Record<Helper, string>>;
  /** Meanings of attributes that are plainer than the descriptions of the schema, by path. */
  readonly meanings: Readonly<Record<string, string>>;
  readonly needed: Readonly<Record<'required' | 'advised' | 'optional', string>>;
  readonly answers: readonly AnswerText[];
}

/** A value of the vendor in words. */
export interface ValueText {
  readonly name: string;
  readonly about: string;
}

type Heading =
  | 'index'
  | 'connect'
  | 'needs'
  | 'values'
  | 'choices'
  | 'attributes'
  | 'users'
  | 'groups'
  | 'pilot'
  | 'events'
  | 'errors'
  | 'portalErrors'
  | 'answers'
  | 'renewal'
  | 'sources';

type Column =
  | 'provider'
  | 'ways'
  | 'groups'
  | 'value'
  | 'credential'
  | 'about'
  | 'attribute'
  | 'source'
  | 'needed'
  | 'meaning'
  | 'event'
  | 'access'
  | 'shown'
  | 'status'
  | 'means'
  | 'helper';

type Note =
  | 'index'
  | 'indexEnd'
  | 'yes'
  | 'no'
  | 'vendor'
  | 'marks'
  | 'recommended'
  | 'choice'
  | 'attributes'
  | 'ownSource'
  | 'noGroups'
  | 'events'
  | 'errors'
  | 'read';
