# A dns-01 plugin that does what NaughtyWay says.

function Get-CurrentPluginType { 'dns-01' }

function Add-DnsTxt {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0)] [string] $RecordName,
        [Parameter(Mandatory, Position = 1)] [string] $TxtValue,
        [Parameter(Mandatory)] [string] $NaughtyWay,
        [Parameter(ValueFromRemainingArguments)] $ExtraParams
    )
    switch ($NaughtyWay) {
        'throws' { throw 'No zone for it.' }
        'fails in a command' { Get-Item -LiteralPath "$PSScriptRoot/none" -ErrorAction Stop }
        'fails in a method' { $null = [int]::Parse('x'); throw 'went on' }
        'is refused' { Invoke-RestMethod $env:NAUGHTY_URL @script:UseBasic }
        'writes an error' { Write-Error 'It is not so bad.' }
        'writes output' { 'secret'; 1..3; Get-Date }
        'exits' { exit 3 }
        'waits' { while ($true) { Start-Sleep -Milliseconds 50 } }
        'hangs' { Set-Content $env:NAUGHTY_FILE 'hangs'; [Threading.Thread]::Sleep([Threading.Timeout]::Infinite) }
        'shows' { Write-Host "It is shown for $RecordName." }
    }
}

function Remove-DnsTxt {
    param($RecordName, $TxtValue, [Parameter(ValueFromRemainingArguments)] $ExtraParams)
    if ($env:NAUGHTY_FILE) { Set-Content $env:NAUGHTY_FILE "removed $RecordName" }
}

function Save-DnsTxt {
    param([Parameter(ValueFromRemainingArguments)] $ExtraParams)
}
