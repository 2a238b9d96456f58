# A dns-01 plugin that uses all that plugins of Posh-ACME find around them, and writes what it got into a file.

function Get-CurrentPluginType { return 'dns-01' }

function Add-DnsTxt($RecordName, $TxtValue, [string] $HelpersFile, [string] $HelpersKey) {
    Export-PluginVar HelpersList @('a', 'b')
    Export-PluginVar HelpersObject ([pscustomobject]@{ one = 1; date = '2030-01-02T03:04:05Z' })
    $key = Import-Pem -InputString $HelpersKey | ConvertFrom-BCKey
    $header = [ordered]@{ alg = 'RS256'; typ = 'JWT' }
    $hmac = [Security.Cryptography.HMACSHA256]::new([byte[]](1..32))
    [ordered]@{
        list     = @(Import-PluginVar HelpersList)
        object   = (Import-PluginVar HelpersObject).one
        date     = Repair-ISODate (Import-PluginVar HelpersObject).date
        none     = $null -eq (Import-PluginVar HelpersNone)
        text     = 'a?>~' | ConvertTo-Base64Url
        bytes    = ConvertTo-Base64Url -Bytes ([byte[]](251, 255))
        repacked = ConvertTo-Base64Url '+/8=' -FromBase64
        back     = ConvertTo-Base64Url 'ä?' | ConvertFrom-Base64Url
        numbers  = [byte[]](ConvertFrom-Base64Url '-_8' -AsByteArray)
        now      = [math]::Abs(((Get-DateTimeOffsetNow) - [DateTimeOffset]::Now).TotalMinutes) -lt 1
        jwt      = New-Jws $key $header '{"a":1}' -Compact -NoHeaderValidation
        jws      = New-Jws -HMAC $hmac @{ alg = 'HS256' } '{}' | ConvertFrom-Json
        basic    = $script:UseBasic -is [hashtable]
        place    = $PSCommandPath
        folder   = (Get-Location).ProviderPath
    } | ConvertTo-Json -Depth 5 | Set-Content $HelpersFile
}

function Remove-DnsTxt($RecordName, $TxtValue) { }

function Save-DnsTxt { }
