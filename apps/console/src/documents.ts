/** All documents of the console. The build writes them to a manifest of trusted documents, which the BFF reads. */

const SAGA = `saga id version customerId status step direction startedAt endedAt ageMs attentionSince
  error { code message } can`;

export const SEARCH = `query ConsoleSagas($saga: SagaName, $id: ID, $customerId: ID, $step: String, $status: [SagaStatus!],
    $olderThanSeconds: Int, $after: String) {
  sagas(saga: $saga, id: $id, customerId: $customerId, step: $step, status: $status,
    olderThanSeconds: $olderThanSeconds, after: $after, first: 50) { nodes { ${SAGA} } endCursor }
}`;

export const DETAILS = `query ConsoleSaga($orderId: ID!, $saga: SagaName!) {
  saga(orderId: $orderId, saga: $saga) {
    saga { ${SAGA} }
    timeline {
      startedAt endedAt
      steps {
        name kind direction result startedAt endedAt durationMs error { code message }
        failedAttempts { at durationMs error { code message } } omittedAttempts
      }
      events {
        id at kind step direction result durationMs outcome omittedAttempts error { code message } decision { action by why }
      }
    }
  }
}`;

export const PROGRESS = `subscription ConsoleProgress($orderId: ID!, $saga: SagaName!, $after: ID) {
  sagaProgress(orderId: $orderId, saga: $saga, after: $after) { id kind }
}`;

export const DECIDE = `mutation ConsoleDecide($input: DecideSagaInput!) {
  decideSaga(input: $input) { __typename ... on SagaNotWaiting { message } }
}`;
