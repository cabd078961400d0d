/** A readable name in the languages that the bridge speaks. Keys and event types are never translated. */
export interface Name {
  readonly en: string;
  readonly zh: string;
}

/** The languages of {@link Name}, as the setting `homeassistant.language` names them. */
export type Language = keyof Name;
