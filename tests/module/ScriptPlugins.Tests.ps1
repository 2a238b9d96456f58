#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# Plugins that are scripts, with scripts made for the purpose.

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    . "$PSScriptRoot/Fixtures/Challenges.ps1"
    $module = Import-TestModule
    $saved = $env:POSHACME_HOME, $env:POSHACME_PLUGINS
    $env:POSHACME_HOME = "$TestDrive/profile"
    New-TestProfile $env:POSHACME_HOME
    $shipped = "$PSScriptRoot/Fixtures/Plugins"
    $env:POSHACME_PLUGINS = $shipped
    $secret = ConvertTo-SecureString s3cr3t -AsPlainText -Force

    function New-Folder {
        (New-Item "$TestDrive/$([guid]::NewGuid().ToString('N'))" -ItemType Directory).FullName
    }

    function New-RecorderArgs([hashtable]$More = @{}) {
        $made = @{ RecFile = "$TestDrive/$([guid]::NewGuid().ToString('N')).txt"; RecSecret = $secret }
        foreach ($key in $More.Keys) { $made[$key] = $More[$key] }
        $made
    }

    # What the plugin has recorded for a name.
    function Get-Record([hashtable]$PluginArgs, [string]$Name) {
        Save-Challenge Recorder $PluginArgs
        @(Get-Content $PluginArgs.RecFile | Where-Object { $_ -like "* _acme-challenge.$Name*" })
    }

    function New-Name {
        "n$([guid]::NewGuid().ToString('N')).example.test"
    }

    function Invoke-Naughty([string]$Way, [string]$Domain = 'www.example.test') {
        Publish-Challenge $Domain main tok Naughty @{ NaughtyWay = $Way }
    }

    # Another session of PowerShell in this process; $args[0] is the way of the naughty plugin.
    function Start-Naughty([string]$Way) {
        $shell = [powershell]::Create([System.Management.Automation.RunspaceMode]::NewRunspace)
        $null = $shell.AddScript("param(`$Module, `$Way) Import-Module `$Module; Publish-Challenge www.example.test main tok Naughty @{ NaughtyWay = `$Way }")
        $shell.AddArgument((Join-Path (Get-TestModulePath) PoshAcmeSharp.psd1)).AddArgument($Way)
    }
}

AfterAll {
    $env:POSHACME_HOME, $env:POSHACME_PLUGINS = $saved
    Remove-Item Env:NAUGHTY_FILE, Env:NAUGHTY_URL -ErrorAction Ignore
}

Describe 'A folder of plugin scripts' {
    It 'is listed beside the plugins of the module, with the type and file of each' {
        $found = Get-PAPlugin -WarningAction Ignore
        $found | Where-Object Name -EQ Recorder | ForEach-Object ChallengeType | Should -Be 'dns-01'
        $found | Where-Object Name -EQ Recorder | ForEach-Object Path | Should -Be (Get-Item "$shipped/Recorder.ps1").FullName
        $found | Where-Object Name -EQ WebFolder | ForEach-Object ChallengeType | Should -Be 'http-01'
        $found.Name | Should -Contain 'GoDaddy'
        $found.Name | Should -Not -Contain '_ExampleOnly'
    }

    It 'leaves out what is no plugin with a warning that says why' {
        $null = Get-PAPlugin -WarningVariable warnings -WarningAction SilentlyContinue
        "$warnings" | Should -BeLike '*Half.ps1*lacks the function Save-DnsTxt*'
        "$warnings" | Should -BeLike '*Broken.ps1*does not parse: line 3*'
        "$warnings" | Should -Not -BeLike '*..*'
    }

    It 'names what is wrong with a script that is asked for by its name' -ForEach @(
        @{ Plugin = 'Half'; Says = '*Half.ps1*lacks the function Save-DnsTxt.' }
        @{ Plugin = 'Broken'; Says = '*Broken.ps1*does not parse*' }
    ) {
        { Get-PAPlugin $Plugin } | Should -Throw $Says -ErrorId 'PluginScriptInvalid,*'
        { Publish-Challenge www.example.test main tok $Plugin } | Should -Throw -ErrorId 'PluginScriptInvalid,*'
    }

    It 'does not hide a plugin of the module' {
        (Get-PAPlugin WebRoot).Path | Should -BeLike '*.dll'
        @((Get-PAPlugin -WarningAction Ignore).Name -eq 'WebRoot') | Should -HaveCount 1
    }

    It 'shows the parameters of a script, set by set' {
        $found = Get-PAPlugin Recorder -Params
        $found.Plugin | Select-Object -Unique | Should -Be 'Recorder'
        $found | Where-Object ParameterSet -EQ Secret | ForEach-Object { "$($_.Parameter) $($_.ParameterType.Name) $($_.IsMandatory) $($_.IsDefault)" } | Should -Be @(
            'RecFile String True True'
            'RecSecret SecureString True True'
            'RecMode String False True'
            'RecCount Int32 False True'
            'RecZones String[] False True'
            'RecTable Hashtable False True')
        $found | Where-Object ParameterSet -EQ Login | ForEach-Object Parameter | Should -Contain 'RecPlain'
    }

    It 'shows the help and the link of a script' {
        $help = Get-PAPlugin Recorder -Help
        $help | Should -BeLike '*Records what it is asked to do, for tests.*The file to write.*'
        $help | Should -BeLike '*https://example.com/recorder*'
    }

    It 'may be several folders, of which the first counts' {
        $folder = New-Folder
        Copy-Item "$shipped/WebFolder.ps1" "$folder/Recorder.ps1"
        $env:POSHACME_PLUGINS = $folder, $shipped -join [IO.Path]::PathSeparator
        try {
            (Get-PAPlugin Recorder).ChallengeType | Should -Be 'http-01'
            (Get-PAPlugin Naughty).ChallengeType | Should -Be 'dns-01'
        }
        finally {
            $env:POSHACME_PLUGINS = $shipped
        }
    }

    It 'that does not exist is a warning' {
        $env:POSHACME_PLUGINS = "$TestDrive/none"
        try {
            (Get-PAPlugin -WarningVariable warnings -WarningAction SilentlyContinue).Name | Should -Contain 'GoDaddy'
            "$warnings" | Should -BeLike '*none*does not exist*'
        }
        finally {
            $env:POSHACME_PLUGINS = $shipped
        }
    }

    It 'is completed without a look into the scripts' {
        $line = 'Get-PAPlugin R'
        [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches.CompletionText |
            Should -Contain 'Recorder'
    }

    It 'is not looked at for a plugin of the module' {
        $env:POSHACME_PLUGINS = "$TestDrive/none"
        try {
            $null = Get-PAPlugin GoDaddy -WarningVariable warnings -WarningAction SilentlyContinue
            $warnings | Should -BeNullOrEmpty
        }
        finally {
            $env:POSHACME_PLUGINS = $shipped
        }
    }

    It 'is read again when a script has changed' {
        $folder = New-Folder
        $env:POSHACME_PLUGINS = $folder
        $body = "function Add-DnsTxt(`$RecordName, `$TxtValue) { Write-Warning '{0}' }; function Remove-DnsTxt { }; function Save-DnsTxt { }; function Get-CurrentPluginType { 'dns-01' }"
        try {
            foreach ($word in 'first', 'second') {
                Set-Content "$folder/Changing.ps1" $body.Replace('{0}', $word)
                Publish-Challenge www.example.test main tok Changing -WarningVariable warnings -WarningAction SilentlyContinue
                "$warnings" | Should -BeLike "*Changing: $word*"
            }
        }
        finally {
            $env:POSHACME_PLUGINS = $shipped
        }
    }
}

Describe 'A plugin script' {
    It 'gets its arguments in their types, and keeps what it has in $script: variables' {
        $name = New-Name
        $given = New-RecorderArgs @{ RecCount = '7'; RecZones = 'a', 'b'; RecTable = @{ key = 5 }; RecMode = 'TWO' }
        Publish-Challenge $name main tok Recorder $given -WarningAction Ignore
        Publish-Challenge "*.$name" main other Recorder $given -WarningAction Ignore
        Unpublish-Challenge $name main tok Recorder $given
        Get-Record $given $name | Should -Be @(
            "add _acme-challenge.$name $(Get-ExpectedTxt tok) s3cr3t TWO 7 a+b 5Int32 plain=False"
            "add _acme-challenge.$name $(Get-ExpectedTxt other) s3cr3t TWO 7 a+b 5Int32 plain=False"
            "remove _acme-challenge.$name $(Get-ExpectedTxt tok)")
        Get-Content $given.RecFile | Select-Object -Last 1 | Should -Be 'save Plugins'
    }

    It 'gets a credential and a switch' {
        $name = New-Name
        $given = New-RecorderArgs @{ RecLogin = [pscredential]::new('me', $secret); RecPlain = $true }
        $given.Remove('RecSecret')
        Publish-Challenge $name main tok Recorder $given -WarningAction Ignore
        Get-Record $given $name | Should -BeLike '* me:s3cr3t * plain=True'
    }

    It 'gets none of the arguments that are not its own, also where PowerShell would take one for the beginning of another' {
        $name = New-Name
        $given = New-RecorderArgs @{ RecMo = 'two'; Other = 'x' }
        Publish-Challenge $name main tok Recorder $given -WarningAction Ignore
        Get-Record $given $name | Should -BeLike '* s3cr3t one 1 *'
    }

    It 'is not begun with <What>' -ForEach @(
        @{ What = 'an argument missing'; Change = { $args[0].Remove('RecSecret') }; Says = '*needs the argument RecSecret, or RecLogin.' }
        @{ What = 'an argument of Save missing'; Change = { $args[0].Remove('RecFile') }; Says = '*needs the argument RecFile*' }
        @{ What = 'arguments that do not go together'; Change = { $args[0].RecLogin = [pscredential]::new('me', $args[0].RecSecret) }; Says = '*do not go together: RecSecret, RecLogin.' }
        @{ What = 'an argument of a wrong type'; Change = { $args[0].RecCount = 'pa55word' }; Says = '*RecCount*must be of type Int32*' }
        @{ What = 'a table of a wrong type'; Change = { $args[0].RecTable = 'pa55word' }; Says = '*RecTable*must be of type Hashtable*' }
        @{ What = 'a value that is not allowed'; Change = { $args[0].RecMode = 'pa55word' }; Says = '*RecMode*must be one of one, two.' }
    ) {
        $name = New-Name
        $good = New-RecorderArgs
        $bad = $good.Clone()
        & $Change $bad
        $seen = { Publish-Challenge $name main tok Recorder $bad } | Should -Throw $Says -ErrorId 'InvalidPluginArguments,*' -PassThru
        "$seen" | Should -Not -BeLike '*pa55word*'
        Get-Record $good $name | Should -BeNullOrEmpty
    }

    It 'has its verbose lines, debug lines and warnings told by the command' {
        $DebugPreference = 'Continue'
        $all = Publish-Challenge (New-Name) main tok Recorder (New-RecorderArgs) -Verbose *>&1 | ForEach-Object { "$_" }
        $all | Should -Contain 'Recorder: adding'
        $all | Should -Contain 'Recorder: debugging'
        $all | Should -Contain 'Recorder: beware'
    }

    It 'publishes and removes answers of http-01' {
        $folder = New-Folder
        Publish-Challenge www.example.test main tok WebFolder @{ WebFolderPath = $folder }
        Get-Content "$folder/www.example.test-tok" | Should -Be (Get-ExpectedKeyAuthorization tok)
        Unpublish-Challenge www.example.test main tok WebFolder @{ WebFolderPath = $folder }
        Get-ChildItem $folder | Should -BeNullOrEmpty
    }

    It 'begins relative paths at the folder the user is in' {
        $folder = New-Folder
        Push-Location $folder
        try {
            Publish-Challenge www.example.test main tok WebFolder @{ WebFolderPath = '.' }
        }
        finally {
            Pop-Location
        }
        Get-ChildItem $folder | ForEach-Object Name | Should -Be 'www.example.test-tok'
    }

    It 'does nothing under -WhatIf' {
        $name = New-Name
        $given = New-RecorderArgs
        Publish-Challenge $name main tok Recorder $given -WhatIf 6>$null
        Get-Record $given $name | Should -BeNullOrEmpty
    }

    It 'finds the helpers around it' {
        $rsa = [Security.Cryptography.RSA]::Create(2048)
        $pem = "-----BEGIN PRIVATE KEY-----`n$([Convert]::ToBase64String($rsa.ExportPkcs8PrivateKey(), 'InsertLineBreaks'))`n-----END PRIVATE KEY-----"
        $file = "$TestDrive/helpers.json"
        Publish-Challenge www.example.test main tok Helpers @{ HelpersFile = $file; HelpersKey = $pem }
        $got = Get-Content $file -Raw | ConvertFrom-Json
        $got.list | Should -Be 'a', 'b'
        $got.object | Should -Be 1
        ([datetime]$got.date).ToUniversalTime().Year | Should -Be 2030
        $got.none | Should -BeTrue
        $got.text | Should -Be 'YT8-fg'
        $got.bytes | Should -Be '-_8'
        $got.repacked | Should -Be '-_8'
        $got.back | Should -Be 'ä?'
        $got.numbers | Should -Be 251, 255
        $got.now | Should -BeTrue
        $got.basic | Should -BeTrue
        $got.place | Should -Be (Get-Item "$shipped/Helpers.ps1").FullName
        $got.folder | Should -Be (Get-Location).ProviderPath
        $head, $payload, $signature = $got.jwt.Split('.')
        $bytes = [Convert]::FromBase64String($signature.Replace('-', '+').Replace('_', '/') + '=' * ((4 - $signature.Length % 4) % 4))
        $rsa.VerifyData([Text.Encoding]::ASCII.GetBytes("$head.$payload"), $bytes, 'SHA256', [Security.Cryptography.RSASignaturePadding]::Pkcs1) | Should -BeTrue
        $payload | Should -Be 'eyJhIjoxfQ'
        $got.jws.signature | Should -Not -BeNullOrEmpty
        (Get-Content "$env:POSHACME_HOME/test-server/main/pluginvars.json" -Raw | ConvertFrom-Json).HelpersList | Should -Be 'a', 'b'
    }

    It 'leaves the session of the user as it was' {
        $null = Get-PAPlugin -WarningAction Ignore
        Get-Command Add-DnsTxt, Save-DnsTxt, Import-PluginVar, ConvertTo-Base64Url -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'ends with the module' {
        Publish-Challenge (New-Name) main tok Recorder (New-RecorderArgs) -WarningAction Ignore
        Get-Runspace | Where-Object Name -EQ 'PoshAcmeSharp plugin Recorder' | Should -Not -BeNullOrEmpty
        Remove-Module PoshAcmeSharp
        try {
            for ($i = 0; $i -lt 100 -and (Get-Runspace | Where-Object { $_.Name -like 'PoshAcmeSharp plugin*' }); $i++) {
                Start-Sleep -Milliseconds 50
            }
            Get-Runspace | Where-Object { $_.Name -like 'PoshAcmeSharp plugin*' } | Should -BeNullOrEmpty
        }
        finally {
            $null = Import-TestModule
        }
    }
}

Describe 'A plugin script that misbehaves' {
    It 'ends the command with its name and what it says when it <Way>' -ForEach @(
        @{ Way = 'throws'; Says = 'The plugin Naughty failed in Add-DnsTxt: No zone for it.' }
        @{ Way = 'fails in a command'; Says = 'The plugin Naughty failed in Add-DnsTxt: Cannot find path*' }
        @{ Way = 'fails in a method'; Says = 'The plugin Naughty failed in Add-DnsTxt: *x*' }
        @{ Way = 'exits'; Says = "The plugin Naughty ended with 'exit 3' in Add-DnsTxt." }
    ) {
        { Invoke-Naughty $Way } | Should -Throw $Says -ErrorId 'PluginScriptFailed,*'
    }

    It 'has what a provider answers in its error' {
        $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
        $listener.Start()
        $env:NAUGHTY_URL = "http://$($listener.LocalEndpoint)/"
        $shell = [powershell]::Create().AddScript({
            param($Listener)
            $client = $Listener.AcceptTcpClient()
            $stream = $client.GetStream()
            $null = $stream.Read([byte[]]::new(4096), 0, 4096)
            $answer = [Text.Encoding]::ASCII.GetBytes("HTTP/1.1 401 Unauthorized`r`nContent-Type: application/json`r`nContent-Length: 21`r`nConnection: close`r`n`r`n{`"error`":`"bad token`"}")
            $stream.Write($answer, 0, $answer.Length)
            $client.Close()
        }).AddArgument($listener)
        $running = $shell.BeginInvoke()
        try {
            { Invoke-Naughty 'is refused' } | Should -Throw '*Naughty failed in Add-DnsTxt*401*bad token*' -ErrorId 'PluginScriptFailed,*'
        }
        finally {
            $listener.Stop()
            $null = $shell.EndInvoke($running)
        }
    }

    It 'has the errors that do not end it told as warnings' {
        Invoke-Naughty 'writes an error' -WarningVariable warnings -WarningAction SilentlyContinue 3>&1 | ForEach-Object { "$_" } | Should -Be 'Naughty: It is not so bad.'
    }

    It 'has its output left out, and not shown' {
        $all = Publish-Challenge www.example.test main tok Naughty @{ NaughtyWay = 'writes output' } -Verbose 4>&1 | ForEach-Object { "$_" }
        $all -like 'Naughty: Add-DnsTxt wrote 5 objects*' | Should -HaveCount 1
        "$all" | Should -Not -BeLike '*secret*'
    }

    It 'shows what it writes to the host' {
        $program = [Diagnostics.Process]::GetCurrentProcess().MainModule.FileName
        $script = "Import-Module '$($module.ModuleBase)'; Publish-Challenge www.example.test main tok Naughty @{ NaughtyWay = 'shows' }"
        & $program -NoProfile -NonInteractive -Command $script | Should -Contain 'It is shown for _acme-challenge.www.example.test.'
    }

    It 'is stopped by Ctrl+C, and works again afterwards' {
        $shell = Start-Naughty waits
        $running = $shell.BeginInvoke()
        while (-not (Get-Runspace | Where-Object { $_.Name -eq 'PoshAcmeSharp plugin Naughty' -and $_.RunspaceAvailability -eq 'Busy' })) {
            Start-Sleep -Milliseconds 20
        }
        $shell.Stop()
        { $shell.EndInvoke($running) } | Should -Throw
        $shell.Streams.Error | Should -BeNullOrEmpty
        $shell.Commands.Clear()
        $env:NAUGHTY_FILE = "$TestDrive/naughty.txt"
        $null = $shell.AddScript('Unpublish-Challenge www.example.test main tok Naughty @{ NaughtyWay = "" }').Invoke()
        Get-Content $env:NAUGHTY_FILE | Should -Be 'removed _acme-challenge.www.example.test'
        $shell.Runspace.Close()
    }

    It 'is given up when it does not let itself be stopped, and works again afterwards' {
        $env:NAUGHTY_FILE = "$TestDrive/hanging.txt"
        $shell = Start-Naughty hangs
        $running = $shell.BeginInvoke()
        while (-not (Test-Path $env:NAUGHTY_FILE)) {
            Start-Sleep -Milliseconds 20
        }
        $shell.Stop()
        { $shell.EndInvoke($running) } | Should -Throw
        $shell.Commands.Clear()
        $null = $shell.AddScript('Unpublish-Challenge www.example.test main tok Naughty @{ NaughtyWay = "" }').Invoke()
        $shell.Streams.Error | Should -BeNullOrEmpty
        Get-Content $env:NAUGHTY_FILE | Should -Be 'removed _acme-challenge.www.example.test'
        $shell.Runspace.Close()
    }

    It 'is named when its time is up' {
        $references = [psobject].Assembly.Location, "$($module.ModuleBase)/dependencies/PoshAcmeSharp.Core.dll", 'System.Runtime', 'netstandard'
        if (-not ('HurriedClock' -as [type])) {
            Add-Type -Path "$PSScriptRoot/Fixtures/HurriedClock.cs" -ReferencedAssemblies $references -IgnoreWarnings -WarningAction SilentlyContinue
        }
        $assembly = (Get-Command Get-PAPlugin).ImplementingType.Assembly
        $types = @{}
        'PluginRunspace', 'ScriptPluginFile', 'ScriptCall' | ForEach-Object { $types[$_] = $assembly.GetType("PoshAcmeSharp.PowerShell.ScriptPlugins.$_", $true) }
        $file = $types.ScriptPluginFile.GetMethod('Read').Invoke($null, @("$shipped/Naughty.ps1"))
        $clock = [HurriedClock]::new()
        function New-Call([string] $Way) {
            [Activator]::CreateInstance($types.ScriptCall, @($file, 'Add-DnsTxt', @{ RecordName = 'x'; TxtValue = 'y'; NaughtyWay = $Way }, [HurriedClock]::Silence, $clock))
        }
        $runspace = [Activator]::CreateInstance($types.PluginRunspace, @($Host, [System.Management.Automation.PSLanguageMode]::FullLanguage))
        try {
            # The session is open and the script loaded by then: the time is up in the function.
            $null = $runspace.CallAsync((New-Call 'writes output'), [Threading.CancellationToken]::None).GetAwaiter().GetResult()
            $clock.Hurries = $true
            $call = New-Call 'waits'
            $seen = { $runspace.CallAsync($call, [Threading.CancellationToken]::None).GetAwaiter().GetResult() } | Should -Throw -PassThru
            $seen.Exception.GetBaseException().ErrorId | Should -Be 'PluginScriptTimeout'
            $seen.Exception.GetBaseException().Message | Should -Be 'The plugin Naughty did not come back from Add-DnsTxt within 10 minutes.'
        }
        finally {
            $runspace.Dispose()
        }
    }

    It 'does not keep the process alive once it is given up' {
        $program = [Diagnostics.Process]::GetCurrentProcess().MainModule.FileName
        $env:NAUGHTY_FILE = "$TestDrive/alive.txt"
        $script = @"
`$shell = [powershell]::Create([System.Management.Automation.RunspaceMode]::NewRunspace).AddScript("Import-Module '$($module.ModuleBase)'; Publish-Challenge www.example.test main tok Naughty @{ NaughtyWay = 'hangs' }")
`$null = `$shell.BeginInvoke()
while (-not (Test-Path '$env:NAUGHTY_FILE')) { Start-Sleep -Milliseconds 20 }
`$shell.Stop()
"@
        $process = Start-TestProgram $program @('-NoProfile', '-NonInteractive', '-EncodedCommand', [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($script)))
        try {
            $process.WaitForExit(60000) | Should -BeTrue
        }
        finally {
            if (-not $process.HasExited) { $process.Kill() }
        }
    }
}
