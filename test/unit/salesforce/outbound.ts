/** One notification about a record, as Salesforce words it. */
export function notification(id: string, recordId: string): string {
  const type = recordId.startsWith('00Q') ? 'Lead' : 'Opportunity'
  return (
    `<Notification><Id>${id}</Id><sObject xsi:type="sf:${type}" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">` +
    `<sf:Id>${recordId}</sf:Id></sObject></Notification>`
  )
}

/** An outbound message as in the public fixtures. */
export function outboundMessage(
  notifications: readonly string[],
  organizationId = '00Dxx0000001gERAAY',
): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" ' +
    'xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>' +
    `<notifications xmlns="http://soap.sforce.com/2005/09/outbound"><OrganizationId>${organizationId}</OrganizationId>` +
    '<ActionId>04kxx0000000001AAA</ActionId><SessionId xsi:nil="true"/>' +
    '<EnterpriseUrl>https://acme.my.salesforce.com/services/Soap/c/64.0/00Dxx0000001gER</EnterpriseUrl>' +
    '<PartnerUrl>https://acme.my.salesforce.com/services/Soap/u/64.0/00Dxx0000001gER</PartnerUrl>' +
    `${notifications.join('')}</notifications></soapenv:Body></soapenv:Envelope>`
  )
}
