# A dns-01 plugin for the DNS that Pebble asks. It notes what it does in a file, counts with the account, fails for a
# record that it is told to, and never comes back from another one.

function Get-CurrentPluginType { 'dns-01' }

function Add-DnsTxt {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0)] [string] $RecordName,
        [Parameter(Mandatory, Position = 1)] [string] $TxtValue,
        [Parameter(Mandatory, Position = 2)] [string] $PDUrl,
        [Parameter(Mandatory, Position = 3)] [securestring] $PDSecret,
        [string] $PDLog,
        [string] $PDFail,
        [string] $PDHang,
        [Parameter(ValueFromRemainingArguments)] $ExtraParams
    )
    if ([pscredential]::new('u', $PDSecret).GetNetworkCredential().Password -cne 's3cr3t') { throw 'Wrong secret.' }
    if ($PDFail -and $RecordName -like "*$PDFail") { throw 'No zone for it.' }
    if ($PDLog) { Add-Content $PDLog "add $RecordName" }
    if ($PDHang -and $RecordName -like "*$PDHang") { while ($true) { Start-Sleep -Milliseconds 50 } }
    Export-PluginVar PDCount ([int](Import-PluginVar PDCount) + 1)
    $null = Invoke-RestMethod "${PDUrl}set-txt" -Method Post -Body (@{ host = "$RecordName."; value = $TxtValue } | ConvertTo-Json) @script:UseBasic
}

function Remove-DnsTxt {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0)] [string] $RecordName,
        [Parameter(Mandatory, Position = 1)] [string] $TxtValue,
        [Parameter(Mandatory, Position = 2)] [string] $PDUrl,
        [string] $PDLog,
        [Parameter(ValueFromRemainingArguments)] $ExtraParams
    )
    if ($PDLog) { Add-Content $PDLog "remove $RecordName" }
    $null = Invoke-RestMethod "${PDUrl}clear-txt" -Method Post -Body (@{ host = "$RecordName." } | ConvertTo-Json) @script:UseBasic
}

function Save-DnsTxt {
    param([string] $PDLog, [Parameter(ValueFromRemainingArguments)] $ExtraParams)
    if ($PDLog) { Add-Content $PDLog 'save' }
}
