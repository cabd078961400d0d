export type TagName = string;
