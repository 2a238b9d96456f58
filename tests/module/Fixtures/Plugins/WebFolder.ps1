# An http-01 plugin that writes files; its type is not a constant.

function Get-CurrentPluginType { 'http', '01' -join '-' }

function Add-HttpChallenge {
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Domain,
        [Parameter(Mandatory, Position = 1)] [string] $Token,
        [Parameter(Mandatory, Position = 2)] [string] $Body,
        [Parameter(Mandatory)] [string] $WebFolderPath,
        [Parameter(ValueFromRemainingArguments)] $ExtraParams
    )
    Set-Content (Join-Path $WebFolderPath "$Domain-$Token") $Body -NoNewline
}

function Remove-HttpChallenge {
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Domain,
        [Parameter(Mandatory, Position = 1)] [string] $Token,
        [Parameter(Mandatory, Position = 2)] [string] $Body,
        [Parameter(Mandatory)] [string] $WebFolderPath,
        [Parameter(ValueFromRemainingArguments)] $ExtraParams
    )
    Remove-Item (Join-Path $WebFolderPath "$Domain-$Token")
}

function Save-HttpChallenge {
    param([Parameter(ValueFromRemainingArguments)] $ExtraParams)
}
