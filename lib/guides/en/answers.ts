import type { AnswerText } from '../texts.ts';

/** The errors of the endpoint that a customer's side can cause, in English; the most frequent are the first. */
export const answers: readonly AnswerText[] = [
  {
    says:
      'The token is incomplete, unknown, expired or revoked: copy it again, from its first ' +
      'character to its last. If that does not help, ask the provider who gave you the Tenant URL ' +
      'for a new one',
    means: 'Often the token was cut off when it was pasted, or its end date has passed. Paste it again.',
    helper: 'both',
    only: ['bearerToken'],
  },
  {
    says:
      'The request has no token: enter the secret token in your identity provider. If you have ' +
      'none, ask the provider who gave you the Tenant URL',
    means: 'The field of the token is empty, or another way to authenticate is selected.',
    helper: 'administrator',
    only: ['bearerToken'],
  },
  {
    says: 'The token is in quotation marks or brackets: enter it without them',
    means: 'Paste the token alone.',
    helper: 'administrator',
    only: ['bearerToken'],
  },
  {
    says:
      'The token begins with the word Bearer or the name of the header, which your identity ' +
      'provider adds itself: enter the token alone, which begins with muster_',
    means: 'Remove the word `Bearer` from the field.',
    helper: 'administrator',
    only: ['bearerToken'],
  },
  {
    says:
      'The header Authorization must be the word Bearer and the token: choose the bearer token (in ' +
      'some products "HTTP header" or "secret token") as the way to authenticate',
    means: 'A user name and password are set up. The product does not accept them.',
    helper: 'administrator',
    only: ['bearerToken'],
  },
  {
    says: 'The token is good, but not for this address: enter <tenant URL> as the Tenant URL',
    means: 'The token belongs to another address. The message names the right one.',
    helper: 'administrator',
  },
  {
    says:
      'No endpoint is at this path: a Tenant URL ends in <one path> or <another>, in small ' +
      'letters. Ask the provider who gave you the token for yours',
    means: 'The Tenant URL is incomplete or mistyped. Paste it again as the vendor gave it.',
    helper: 'administrator',
  },
  {
    says:
      'client_secret is unknown, expired or revoked, or belongs to another client_id: ask the ' +
      'provider who gave you the Tenant URL for a new one',
    means:
      'Paste client id and client secret again. They belong together. If that does not help, the ' +
      'end date has passed.',
    helper: 'both',
    only: ['clientCredentials'],
  },
  {
    says: 'Client authentication is missing: send client_secret or client_assertion',
    means: 'The field of the client secret is empty.',
    helper: 'administrator',
    only: ['clientCredentials'],
  },
  {
    says: 'scope can only be scim: send that, or leave it out',
    means: 'Enter `scim` as the scope, or nothing.',
    helper: 'administrator',
    only: ['clientCredentials'],
  },
  {
    says: 'The client authenticates in several ways: send client_secret, Basic or client_assertion only',
    means:
      'Your identity provider sends the client secret twice. Select only one of "request body" ' +
      'and "basic authentication".',
    helper: 'administrator',
    only: ['clientCredentials'],
  },
  {
    says:
      'The assertion matches no trust, has expired or is not signed by its issuer: ask the ' +
      'provider who gave you the Tenant URL for a trust with its claims',
    means:
      'The vendor has other values than your portal shows, most often another audience. Send the ' +
      'vendor all five values again.',
    helper: 'vendor',
    only: ['federation'],
  },
  {
    says: 'userName is already used by another User: send a value that no other has',
    means:
      'Somebody in the product has this value already. Find the second person with it in your ' +
      'directory. If there is none, ask the vendor who has it.',
    helper: 'both',
  },
  {
    says: 'userName is required and must not be empty',
    means: 'The attribute that you map to `userName` is empty for this user.',
    helper: 'administrator',
  },
  {
    says: 'name.familyName is required: map and send a value',
    means: 'The vendor requires this attribute. Map it, and fill it for this user.',
    helper: 'administrator',
  },
  {
    says:
      'emails[type eq "work"].value must be an e-mail address such as anna@example.com: map an ' +
      'attribute that holds one',
    means: 'The mapped attribute holds something else, such as a login name.',
    helper: 'administrator',
  },
  {
    says:
      'emails[type eq "work"].value is the address of a local account that provisioning may not ' +
      'take over: change one of the two addresses, or ask an operator to enable the account, to ' +
      'correct its login, or to allow it in accounts.adopt',
    means:
      'The product already has an account with this address, which was made by hand. The vendor ' +
      'can release it.',
    helper: 'vendor',
  },
  {
    says: 'roles "Chief" is not a role here: send one of administrator, user, or none',
    means: 'The product does not know the role. The message lists those that it knows.',
    helper: 'administrator',
  },
  {
    says: 'active must be true or false',
    means: 'The mapping of this attribute yields a value of another kind. Restore the default mapping.',
    helper: 'administrator',
  },
  {
    says: '"favouriteColour" is not an attribute of User',
    means: 'A mapping names an attribute that the product does not have. Remove the mapping.',
    helper: 'administrator',
  },
  {
    says: 'User "<id>" does not exist',
    means:
      'The person was deleted in the product. Remove the assignment, wait for the next ' +
      'synchronization, and assign the person again.',
    helper: 'both',
  },
  {
    says: 'members.value "<id>" is not the id of a User or Group: create it first, or leave it out',
    means:
      'The group has a member who is not in the product yet. Assign the person too. The next ' +
      'synchronization adds the member.',
    helper: 'administrator',
    only: ['groups'],
  },
  {
    says: 'This endpoint has no resource type Group: /ResourceTypes lists its types',
    means: 'The vendor does not take groups. Switch the provisioning of groups off.',
    helper: 'administrator',
    only: ['groups'],
  },
  {
    says:
      'Too many requests come with a wrong token: correct the token, and send this one again after ' +
      'Retry-After seconds',
    means: 'Correct the token. The message then goes away by itself.',
    helper: 'administrator',
    only: ['bearerToken'],
  },
  {
    says:
      'This tenant sends more than <number> requests a second while others wait: send this one ' +
      'again after Retry-After seconds, and fewer at once',
    means: 'Your identity provider repeats the request later. If it comes every day, tell the vendor.',
    helper: 'vendor',
  },
  {
    says: 'The service provider cannot answer at the moment: try again later',
    means: 'The product has a fault at the moment. Your identity provider repeats the request later.',
    helper: 'vendor',
  },
];
