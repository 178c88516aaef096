import { parseXml } from '../../../adapters/salesforce/outbound/xml.ts'

type XmlElement = ReturnType<typeof parseXml>

/** Components by type and full name, as a Metadata API keeps them; `refuse` names one that is not taken. */
export function fakeMetadata() {
  const kept = new Map<string, string>()
  const org = {
    kept,
    /** Writes that were asked for. */
    writes: 0,
    refuse: null as { fullName: string; statusCode: string; message: string } | null,
    /** Answers the body of a SOAP request. */
    answer(body: string): string {
      const envelope = parseXml(body, 40)
      const call = envelope.children.find(({ name }) => name === 'Body')?.children[0]
      if (call === undefined) throw new Error('no call')
      const results = call.name === 'readMetadata' ? read(call) : write(call)
      return (
        '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" ' +
        'xmlns="http://soap.sforce.com/2006/04/metadata" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>' +
        `<${call.name}Response>${results}</${call.name}Response></soapenv:Body></soapenv:Envelope>`
      )
    },
  }

  function read(call: XmlElement): string {
    const [type = '', ...names] = call.children.map(({ text }) => text)
    if (names.length > 10) throw new Error('more than ten components')
    const records = names.map((name) => kept.get(`${type} ${name}`) ?? '<records xsi:nil="true"/>')
    return `<result>${records.join('')}</result>`
  }

  function write(call: XmlElement): string {
    if (call.children.length > 10) throw new Error('more than ten components')
    return call.children
      .map((component) => {
        const type = component.attributes.find(({ name }) => name === 'type')?.value ?? ''
        const [first] = component.children
        if (first?.name !== 'fullName') throw new Error('fullName comes first')
        org.writes++
        if (org.refuse !== null && org.refuse.fullName === first.text) {
          const { statusCode, message } = org.refuse
          return `<result><errors><message>${message}</message><statusCode>${statusCode}</statusCode></errors><fullName>${first.text}</fullName><success>false</success></result>`
        }
        kept.set(`${type} ${first.text}`, `<records>${component.children.map(written).join('')}</records>`)
        return `<result><fullName>${first.text}</fullName><success>true</success></result>`
      })
      .join('')
  }
  return org
}

function written({ name, children, text }: XmlElement): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return `<${name}>${children.length > 0 ? children.map(written).join('') : escaped}</${name}>`
}
