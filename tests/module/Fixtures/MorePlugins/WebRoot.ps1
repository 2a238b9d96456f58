# Has the name of a plugin of the module, and answers by a file named after the name and the token.

function Get-CurrentPluginType { 'http-01' }

function Add-HttpChallenge {
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Domain,
        [Parameter(Mandatory, Position = 1)] [string] $Token,
        [Parameter(Mandatory, Position = 2)] [string] $Body,
        [Parameter(Mandatory)] [string] $OtherPath,
        [Parameter(ValueFromRemainingArguments)] $ExtraParams
    )
    Set-Content (Join-Path $OtherPath "$Domain-$Token") $Body -NoNewline
}

function Remove-HttpChallenge {
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Domain,
        [Parameter(Mandatory, Position = 1)] [string] $Token,
        [Parameter(Mandatory, Position = 2)] [string] $Body,
        [Parameter(Mandatory)] [string] $OtherPath,
        [Parameter(ValueFromRemainingArguments)] $ExtraParams
    )
    Remove-Item (Join-Path $OtherPath "$Domain-$Token")
}

function Save-HttpChallenge {
    param([Parameter(ValueFromRemainingArguments)] $ExtraParams)
}
