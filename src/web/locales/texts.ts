/** A tree of sentences. A leaf may hold `{{values}}`; `_one` and `_other` at its end are plural forms. */
export interface Texts {
  readonly [name: string]: string | Texts;
}

/** The same tree in another language. Chinese has one plural form, so `_one` may be left out there. */
export type Translation<Source> = {
  readonly [Name in keyof Source as Name extends `${string}_one` ? never : Name]: Source[Name] extends string
    ? string
    : Translation<Source[Name]>;
} & {
  readonly [Name in keyof Source as Name extends `${string}_one` ? Name : never]?: string;
};
