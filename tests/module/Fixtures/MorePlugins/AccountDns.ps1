# A dns-01 plugin for the DNS that Pebble asks, with accounts. As many plugins do, it logs in once and remembers that. It
# refuses a record that is not in the account's zone.

function Get-CurrentPluginType { 'dns-01' }

function Add-DnsTxt {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0)] [string] $RecordName,
        [Parameter(Mandatory, Position = 1)] [string] $TxtValue,
        [Parameter(Mandatory)] [string] $ADUrl,
        [Parameter(Mandatory)] [pscredential] $ADLogin,
        [hashtable] $ADTable,
        [Parameter(ValueFromRemainingArguments)] $ExtraParams
    )
    Connect-Account $ADLogin
    if ($RecordName -notlike "*.$script:ADZone") { throw "The account of $script:ADZone does not have $RecordName." }
    $null = Invoke-RestMethod "${ADUrl}set-txt" -Method Post -Body (@{ host = "$RecordName."; value = $TxtValue } | ConvertTo-Json) @script:UseBasic
}

function Remove-DnsTxt {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0)] [string] $RecordName,
        [Parameter(Mandatory, Position = 1)] [string] $TxtValue,
        [Parameter(Mandatory)] [string] $ADUrl,
        [Parameter(Mandatory)] [pscredential] $ADLogin,
        [Parameter(ValueFromRemainingArguments)] $ExtraParams
    )
    Connect-Account $ADLogin
    if ($RecordName -notlike "*.$script:ADZone") { throw "The account of $script:ADZone does not have $RecordName." }
    $null = Invoke-RestMethod "${ADUrl}clear-txt" -Method Post -Body (@{ host = "$RecordName." } | ConvertTo-Json) @script:UseBasic
}

function Save-DnsTxt {
    param([Parameter(ValueFromRemainingArguments)] $ExtraParams)
}

function Connect-Account($Login) {
    if ($script:ADZone) { return }
    if ($Login.GetNetworkCredential().Password -cne "secret of $($Login.UserName)") { throw 'Wrong secret.' }
    $script:ADZone = $Login.UserName
}
