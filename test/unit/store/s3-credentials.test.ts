import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {inspect} from 'node:util'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {credentialsOf} from '../../../src/core/store/s3/credentials.ts'
import {type SmallS3, startSmallS3} from '../../support/small-s3.ts'

describe('credentials of a store in S3', () => {
  let home: string
  let server: SmallS3 | undefined
  const region = 'us-east-1'

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'hippo-home-'))
    await mkdir(join(home, '.aws'))
  })
  afterEach(async () => {
    await server?.close()
    server = undefined
    await rm(home, {recursive: true, force: true})
  })

  const write = async (name: string, text: string) => {
    const file = join(home, name)
    await writeFile(file, text)
    return file
  }

  it('come from the settings first, then from the variables of AWS, then from ~/.aws', async () => {
    await write('.aws/credentials', '[default]\naws_access_key_id = from-file\naws_secret_access_key = s3\n')
    const variables = {AWS_ACCESS_KEY_ID: 'from-variable', AWS_SECRET_ACCESS_KEY: 's2', AWS_SESSION_TOKEN: 't2'}
    const settings = {accessKey: 'from-settings', secretKey: 's1', region}

    const found = [
      await credentialsOf(settings, {HOME: home, ...variables})(),
      await credentialsOf({region}, {HOME: home, ...variables})(),
      await credentialsOf({region}, {HOME: home})(),
    ]

    expect(found).toEqual([
      {accessKey: 'from-settings', secretKey: 's1'},
      {accessKey: 'from-variable', secretKey: 's2', sessionToken: 't2'},
      {accessKey: 'from-file', secretKey: 's3'},
    ])
  })

  it('come from files that variables name', async () => {
    const env = {
      HOME: home,
      AWS_ACCESS_KEY_ID_FILE: await write('id', 'from-a-file\n'),
      AWS_SECRET_ACCESS_KEY_FILE: await write('secret', 'secret-in-a-file\n'),
    }

    expect(await credentialsOf({region}, env)()).toEqual({accessKey: 'from-a-file', secretKey: 'secret-in-a-file'})
  })

  it('come from the profile asked for, with what both files say of it', async () => {
    await write(
      '.aws/credentials',
      '[default]\naws_access_key_id=other\naws_secret_access_key=other\n\n# the clinic\n[ clinic ]\naws_access_key_id = clinic-key ; here\n',
    )
    await write(
      '.aws/config',
      '[profile clinic]\r\nregion = eu-central-1\r\ns3 =\r\n  addressing_style = path\r\naws_secret_access_key = clinic-secret\r\n',
    )
    const clinic = {accessKey: 'clinic-key', secretKey: 'clinic-secret'}

    expect(await credentialsOf({region}, {HOME: home, AWS_PROFILE: 'clinic'})()).toEqual(clinic)
    expect(await credentialsOf({region, profile: 'clinic', accessKey: 'a', secretKey: 'b'}, {HOME: home})()).toEqual(clinic)
  })

  it('are traded for a web identity, and again before they end', async () => {
    const forms: Record<string, string>[] = []
    server = await startSmallS3({
      tokens: (form) => {
        forms.push(Object.fromEntries(form))
        const ends = new Date(Date.now() + (forms.length === 1 ? 30_000 : 3_600_000)).toISOString()
        const keys = `<AccessKeyId>temporary-${forms.length}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>`
        return {status: 200, body: `<R><Credentials>${keys}<Expiration>${ends}</Expiration></Credentials></R>`}
      },
    })
    const tokenFile = await write('token', 'token of the cluster\n')
    const env = {HOME: home, AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile, AWS_ROLE_ARN: 'arn:aws:iam::1:role/hippo'}
    const credentials = credentialsOf({region, endpoint: server.endpoint}, env)

    const first = await credentials()
    const others = [await credentials(), await credentials()]

    // The first end so soon that they are traded again at once; the second are kept.
    expect([first, ...others].map(({accessKey}) => accessKey)).toEqual(['temporary-2', 'temporary-2', 'temporary-2'])
    expect(forms[0]).toMatchObject({
      Action: 'AssumeRoleWithWebIdentity',
      RoleArn: 'arn:aws:iam::1:role/hippo',
      WebIdentityToken: 'token of the cluster',
    })
  })

  it('say that a web identity is refused, without its token', async () => {
    server = await startSmallS3({
      tokens: () => ({
        status: 400,
        body: '<ErrorResponse><Error><Code>InvalidIdentityToken</Code><Message>token-nobody-may-see</Message></Error></ErrorResponse>',
      }),
    })
    const tokenFile = await write('token', 'token-nobody-may-see')
    await write('.aws/config', `[default]\nrole_arn = r\nweb_identity_token_file = ${tokenFile}\n`)

    const error = await credentialsOf({region, endpoint: server.endpoint}, {HOME: home})().catch((thrown: unknown) => thrown)

    expect(error).toMatchObject({code: 'STORE_CREDENTIALS', message: expect.stringContaining('InvalidIdentityToken')})
    expect(inspect(error, {depth: 10, showHidden: true})).not.toContain('token-nobody-may-see')
  })

  it('say where they were looked for, and what hippo cannot do', async () => {
    await expect(credentialsOf({region}, {HOME: home})()).rejects.toMatchObject({code: 'STORE_CREDENTIALS'})
    await expect(credentialsOf({region, accessKey: 'half'}, {HOME: home})()).rejects.toMatchObject({
      message: expect.stringContaining('only one'),
    })

    await write('.aws/config', '[default]\ncredential_process = /bin/keys\n')
    await expect(credentialsOf({region}, {HOME: home})()).rejects.toMatchObject({message: expect.stringContaining('credential_process')})
  })
})
