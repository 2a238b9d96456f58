# A dns-01 plugin that writes to the DNS that the test servers ask: Pebble's challenge server, or the scripted server's.

function Get-CurrentPluginType { 'dns-01' }

function Add-DnsTxt {
    param([Parameter(Mandatory)] [string] $RecordName, [Parameter(Mandatory)] [string] $TxtValue, [Parameter(Mandatory)] [string] $PDUrl,
        [Parameter(ValueFromRemainingArguments)] $ExtraParams)
    # As with most providers, quotes around a value (dns-persist-01) are no part of it.
    $null = Invoke-RestMethod "${PDUrl}set-txt" -Method Post -Body (@{ host = "$RecordName."; value = $TxtValue.Trim('"') } | ConvertTo-Json)
}

function Remove-DnsTxt {
    param([Parameter(Mandatory)] [string] $RecordName, [Parameter(Mandatory)] [string] $TxtValue, [Parameter(Mandatory)] [string] $PDUrl,
        [Parameter(ValueFromRemainingArguments)] $ExtraParams)
    $null = Invoke-RestMethod "${PDUrl}clear-txt" -Method Post -Body (@{ host = "$RecordName." } | ConvertTo-Json)
}

function Save-DnsTxt { param([Parameter(ValueFromRemainingArguments)] $ExtraParams) }
