/** What the operations are grouped by in the OpenAPI document, in the order in which a reader meets them. */
export const TAGS: Readonly<Record<string, string>> = {
  Cases: 'Opening cases, and reading all that there is to know of one.',
  'Case commands': 'What can be done with a case. Each answers with the case as it is then.',
  Attachments: 'Files of a case.',
  Clocks: 'What is due when, and why.',
  Tasks: 'The inbox of a department, and what can be done with a task.',
  'Customer by link': 'What a customer can see and do with the link to their case, without an account.',
  Customers: 'Who the cases are for.',
  Directory: 'Who works here, who answers for what, and where a case would go.',
  Configuration: 'The rules by which cases live, in versions: what began under one goes on under it.',
  Inbound: 'Messages from customers, as other systems hand them over.',
  Deliveries: 'Messages to customers across cases.',
  'Webhook endpoints': 'Systems that are told what happens.',
  Reports: 'Figures over many cases.',
  'API keys': 'Credentials of people and systems.',
  Operations: 'How a node fares, and what time it is.',
};
