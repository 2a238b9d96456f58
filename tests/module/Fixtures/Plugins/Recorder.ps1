# A dns-01 plugin that keeps its state in $script: variables and writes what it did into a file when it saves.

function Get-CurrentPluginType { 'dns-01' }

function Add-DnsTxt {
    [CmdletBinding(DefaultParameterSetName = 'Secret')]
    param(
        [Parameter(Mandatory, Position = 0)] [string] $RecordName,
        [Parameter(Mandatory, Position = 1)] [string] $TxtValue,
        [Parameter(Mandatory)] [string] $RecFile,
        [Parameter(ParameterSetName = 'Secret', Mandatory)] [securestring] $RecSecret,
        [Parameter(ParameterSetName = 'Login', Mandatory)] [pscredential] $RecLogin,
        [Parameter(ParameterSetName = 'Login')] [switch] $RecPlain,
        [ValidateSet('one', 'two')] [string] $RecMode = 'one',
        [int] $RecCount = 1,
        [string[]] $RecZones,
        [hashtable] $RecTable,
        [Parameter(ValueFromRemainingArguments)] $ExtraParams
    )
    if (-not $script:RecLines) { $script:RecLines = [Collections.Generic.List[string]]::new() }
    $secret = if ($RecSecret) { [pscredential]::new('u', $RecSecret).GetNetworkCredential().Password }
    else { "$($RecLogin.UserName):$($RecLogin.GetNetworkCredential().Password)" }
    Write-Verbose 'adding'
    Write-Debug 'debugging'
    Write-Warning 'beware'
    $script:RecLines.Add("add $RecordName $TxtValue $secret $RecMode $RecCount $($RecZones -join '+') $($RecTable.key)$(if ($RecTable) { $RecTable.key.GetType().Name }) plain=$RecPlain")

    <#
    .SYNOPSIS
        Records what it is asked to do.
    .DESCRIPTION
        Records what it is asked to do, for tests.
    .PARAMETER RecFile
        The file to write.
    .LINK
        https://example.com/recorder
    #>
}

function Remove-DnsTxt {
    [CmdletBinding(DefaultParameterSetName = 'Secret')]
    param(
        [Parameter(Mandatory, Position = 0)] [string] $RecordName,
        [Parameter(Mandatory, Position = 1)] [string] $TxtValue,
        [Parameter(ValueFromRemainingArguments)] $ExtraParams
    )
    $script:RecLines.Add("remove $RecordName $TxtValue")
}

function Save-DnsTxt {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $RecFile,
        [Parameter(ValueFromRemainingArguments)] $ExtraParams
    )
    $script:RecLines.Add("save $(Split-Path $PSScriptRoot -Leaf)")
    Set-Content $RecFile $script:RecLines
}
