# What plugin scripts expect to find around them: the same names and meanings as in Posh-ACME. It runs once in the
# session of each plugin; $PoshAcmeSharp is the way back to the module.

$script:UseBasic = @{}
if ((Get-Command Invoke-WebRequest).Parameters.ContainsKey('UseBasicParsing')) {
    $script:UseBasic['UseBasicParsing'] = $true
}
$script:SkipCertSupported = (Get-Command Invoke-RestMethod).Parameters.ContainsKey('SkipCertificateCheck')

# .NET Framework may offer servers nothing newer than TLS 1.0. Zero leaves the choice to the system.
if (-not $script:SkipCertSupported -and [int][Net.ServicePointManager]::SecurityProtocol -ne 0) {
    [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
}

# With a try around it, a failing command inside ends the plugin's function, as it does in Posh-ACME.
function Invoke-PoshAcmePlugin {
    param([string] $PoshAcmeFunction, [hashtable] $PoshAcmeArguments)
    try { & $PoshAcmeFunction @PoshAcmeArguments } catch { throw }
}

function Import-PluginVar {
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0)] [string] $VarName)
    $json = $PoshAcmeSharp.ReadVariables.Invoke()
    if ($json) {
        $kept = (ConvertFrom-Json $json).PSObject.Properties[$VarName]
        if ($kept) { $kept.Value }
    }
}

function Export-PluginVar {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0)] [string] $VarName,
        [Parameter(Mandatory, Position = 1)] [object] $VarValue
    )
    $PoshAcmeSharp.WriteVariable.Invoke($VarName, (ConvertTo-Json -InputObject $VarValue -Depth 5 -Compress))
}

function ConvertTo-Base64Url {
    [CmdletBinding(DefaultParameterSetName = 'String')]
    [OutputType([string])]
    param(
        [Parameter(ParameterSetName = 'String', Mandatory, Position = 0, ValueFromPipeline)] [AllowEmptyString()] [string] $Text,
        [Parameter(ParameterSetName = 'String')] [switch] $FromBase64,
        [Parameter(ParameterSetName = 'Bytes', Mandatory, Position = 0)] [AllowEmptyCollection()] [byte[]] $Bytes
    )
    process {
        $base64 = if ($FromBase64) { $Text }
        elseif ($PSCmdlet.ParameterSetName -eq 'Bytes') { [Convert]::ToBase64String($Bytes) }
        else { [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($Text)) }
        $base64.TrimEnd('=').Replace('+', '-').Replace('/', '_')
    }
}

function ConvertFrom-Base64Url {
    [CmdletBinding(DefaultParameterSetName = 'String')]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline)] [AllowEmptyString()] [string] $Base64Url,
        [Parameter(ParameterSetName = 'Bytes', Mandatory)] [switch] $AsByteArray
    )
    process {
        $base64 = $Base64Url.Replace('-', '+').Replace('_', '/')
        $bytes = [Convert]::FromBase64String($base64 + '=' * ((4 - $base64.Length % 4) % 4))
        if ($AsByteArray -and $bytes.Length) { $bytes } else { [Text.Encoding]::UTF8.GetString($bytes) }
    }
}

function Get-DateTimeOffsetNow {
    [DateTimeOffset]::Now
}

# PowerShell 7 makes dates of texts that look like one when it reads JSON; Windows PowerShell leaves them as they are.
function Repair-ISODate {
    [CmdletBinding()]
    param([Parameter(Position = 0)] $InputDate)
    if ($InputDate -is [datetime]) {
        $InputDate.ToString('yyyy-MM-ddTHH:mm:ssZ', [Globalization.CultureInfo]::InvariantCulture)
    }
    else {
        $InputDate
    }
}

# A private key as the platform has it. Posh-ACME has another form in between, which ConvertFrom-BCKey turns into this.
function Import-Pem {
    [CmdletBinding(DefaultParameterSetName = 'File')]
    param(
        [Parameter(ParameterSetName = 'File', Mandatory, Position = 0)] [string] $InputFile,
        [Parameter(ParameterSetName = 'String', Mandatory)] [string] $InputString
    )
    if ($PSCmdlet.ParameterSetName -eq 'File') {
        $InputString = [IO.File]::ReadAllText($PSCmdlet.GetUnresolvedProviderPathFromPSPath($InputFile))
    }
    $PoshAcmeSharp.ReadKey.Invoke($InputString)
}

function ConvertFrom-BCKey {
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0, ValueFromPipeline)] [Security.Cryptography.AsymmetricAlgorithm] $BCKeyPair)
    process { $BCKeyPair }
}

# RFC 7515: a signature over header and payload, by a private key or with a shared secret.
function New-Jws {
    [CmdletBinding(DefaultParameterSetName = 'Asymmetric')]
    [OutputType([string])]
    param(
        [Parameter(ParameterSetName = 'Asymmetric', Mandatory, Position = 0)] [Security.Cryptography.AsymmetricAlgorithm] $Key,
        [Parameter(ParameterSetName = 'HMAC', Mandatory, Position = 0)] [Security.Cryptography.HMAC] $HMAC,
        [Parameter(Mandatory, Position = 1)] [Collections.IDictionary] $Header,
        [Parameter(Mandatory, Position = 2)] [AllowEmptyString()] [string] $PayloadJson,
        [switch] $Compact,
        [switch] $NoHeaderValidation
    )
    $algorithm, $hash = if ($HMAC) { "HS$($HMAC.HashSize)" }
    elseif ($Key -is [Security.Cryptography.RSA]) { 'RS256', 'SHA256' }
    elseif ($Key -is [Security.Cryptography.ECDsa]) {
        switch ($Key.KeySize) { 256 { 'ES256', 'SHA256' } 384 { 'ES384', 'SHA384' } 521 { 'ES512', 'SHA512' } }
    }
    if (-not $algorithm) {
        throw 'The key is neither RSA nor ECDSA on P-256, P-384 or P-521.'
    }
    if (-not $NoHeaderValidation -and $Header['alg'] -ne $algorithm) {
        throw "The header says alg '$($Header['alg'])', but the key is for $algorithm."
    }

    $protected = ConvertTo-Base64Url (ConvertTo-Json -InputObject $Header -Depth 5 -Compress)
    $payload = ConvertTo-Base64Url $PayloadJson
    $data = [Text.Encoding]::ASCII.GetBytes("$protected.$payload")
    $signed = if ($HMAC) { $HMAC.ComputeHash($data) }
    elseif ($Key -is [Security.Cryptography.RSA]) {
        $Key.SignData($data, [Security.Cryptography.HashAlgorithmName] $hash, [Security.Cryptography.RSASignaturePadding]::Pkcs1)
    }
    else { $Key.SignData($data, [Security.Cryptography.HashAlgorithmName] $hash) }
    $signature = ConvertTo-Base64Url -Bytes $signed
    if ($Compact) { return "$protected.$payload.$signature" }
    ConvertTo-Json -InputObject ([ordered]@{ payload = $payload; protected = $protected; signature = $signature }) -Compress
}
