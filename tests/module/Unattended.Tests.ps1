#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# Scheduled runs: nobody answers, another account may be at work, and what is left is a log and an exit code.

BeforeDiscovery {
    $noOtherUser = if (-not $IsLinux) { 'rights are not modes here' }
    elseif ((id -u) -ne '0') { 'only root can run commands as another user' }
    elseif (-not (Get-Command setpriv -CommandType Application -ErrorAction Ignore)) { 'setpriv is missing' }
}

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    $module = Import-TestModule
    Import-Module "$PSScriptRoot/Support/TestServers.psm1" -Force
    $program = [Diagnostics.Process]::GetCurrentProcess().MainModule.FileName
    $pebble = Start-Pebble @{ AlwaysValid = $true }
    $null = New-TestProfile
    Use-Pebble $pebble main
    $null = New-PAAccount -AcceptTOS -ID first
    $null = New-PACertificate asked.test -Plugin Manual -PluginArgs @{ ManualNonInteractive = $true } -DnsSleep 0 -CertKeyLength ec-256 3>$null 6>$null

    # Runs pwsh as a scheduler does: its input is a pipe into which nobody ever writes, or nothing at all.
    function Invoke-Program([string[]] $Arguments, [switch] $Closed) {
        $start = [Diagnostics.ProcessStartInfo]::new($program)
        $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
        $Arguments | ForEach-Object { $start.ArgumentList.Add($_) }
        $start.Environment['NO_COLOR'] = '1'
        $process = [Diagnostics.Process]::Start($start)
        if ($Closed) {
            $process.StandardInput.Close()
        }
        $output, $errors = $process.StandardOutput.ReadToEndAsync(), $process.StandardError.ReadToEndAsync()
        if (-not $process.WaitForExit(120000)) {
            $process.Kill($true)
            throw 'It hangs.'
        }
        [pscustomobject]@{ ExitCode = $process.ExitCode; Output = $output.Result; Error = $errors.Result }
        $process.Dispose()
    }
}

AfterAll {
    Stop-Pebble
    Remove-TestProfile
}

Describe 'A question that nobody answers' {
    BeforeAll {
        $asking = [ordered]@{
            'New-PAAccount'          = 'New-PAAccount -AcceptTOS'
            'Set-PAAccount'          = 'Set-PAAccount -Deactivate'
            'Set-PAAccount -Confirm' = 'Set-PAAccount first -Confirm'
            'Export-PAAccountKey'    = "Export-PAAccountKey -OutputFile '$TestDrive/there.key'"
            'New-PAOrder'            = 'New-PAOrder asked.test -KeyLength ec-256 -Force:$false'
            'Set-PAOrder'            = 'Set-PAOrder asked.test -RevokeCert'
            'Revoke-PACertificate'   = 'Revoke-PACertificate asked.test'
            'Revoke-PAAuthorization' = 'Revoke-PAAuthorization (Get-PAOrder).authorizations[0]'
            'Remove-PAOrder'         = 'Remove-PAOrder asked.test'
            'Remove-PAAccount'       = 'Remove-PAAccount first'
            'Remove-PAServer'        = 'Remove-PAServer main'
            'New-PACertificate'      = 'New-PACertificate "$([guid]::NewGuid().ToString(''n'')).test" -Plugin Manual -CertKeyLength ec-256'
        }
        $null = New-Item "$TestDrive/there.key"
        $lines = foreach ($name in $asking.Keys) {
            "try { `$null = . { $($asking[$name]) } 3>`$null 6>`$null } catch { ""$name`: `$(`$_.FullyQualifiedErrorId -replace ',.*')"" }"
        }
        $script = "`$env:POSHACME_HOME = '$env:POSHACME_HOME'; `$ErrorActionPreference = 'Stop'; Import-Module '$($module.Path)'`n$($lines -join "`n")"
        Set-Content "$TestDrive/asking.ps1" $script
        $expected = ($asking.Keys | ForEach-Object { "$_`: $($_ -eq 'New-PACertificate' ? 'ManualNeedsUser' : 'ConfirmationNeeded')" }) -join "`n"
        $before = Get-PAAccount

        function Wait-TestJob($Job) {
            $end = [DateTime]::UtcNow.AddMinutes(2)
            while ($Job.State -in 'NotStarted', 'Running' -and [DateTime]::UtcNow -lt $end) {
                Start-Sleep -Milliseconds 100
            }
            try {
                $Job.State | Should -Be Completed
                Receive-Job $Job
            }
            finally {
                Remove-Job $Job -Force
            }
        }
    }

    AfterEach {
        (Get-PAAccount).status | Should -Be valid
        Get-PACertificate asked.test | Should -Not -BeNullOrEmpty
    }

    It 'is an error in every command: <Way>' -ForEach @(
        @{ Way = 'pwsh -NonInteractive without input'; Arguments = @('-NoProfile', '-NonInteractive', '-File'); Closed = $true }
        @{ Way = 'pwsh without input'; Arguments = @('-NoProfile', '-File'); Closed = $true }
        @{ Way = 'pwsh with an input that stays open and silent'; Arguments = @('-NoProfile', '-File'); Closed = $false }
    ) {
        $run = Invoke-Program ($Arguments + "$TestDrive/asking.ps1") -Closed:$Closed
        $run.Output.Trim().Replace("`r", '') | Should -Be $expected -Because $run.Error
    }

    It 'is an error in every command: Start-Job' {
        (Wait-TestJob (Start-Job -FilePath "$TestDrive/asking.ps1")) -join "`n" | Should -Be $expected
    }

    It 'is an error in every command: Start-ThreadJob' {
        (Wait-TestJob (Start-ThreadJob -FilePath "$TestDrive/asking.ps1")) -join "`n" | Should -Be $expected
    }

    It 'is an error in every command: runspaces of a program' {
        $pool = [RunspaceFactory]::CreateRunspacePool(1, 1)
        $pool.Open()
        $shell = [PowerShell]::Create()
        try {
            $shell.RunspacePool = $pool
            $running = $shell.AddScript((Get-Content "$TestDrive/asking.ps1" -Raw)).BeginInvoke()
            $running.AsyncWaitHandle.WaitOne(120000) | Should -BeTrue
            $shell.EndInvoke($running) -join "`n" | Should -Be $expected
        }
        finally {
            $shell.Dispose()
            $pool.Dispose()
        }
    }
}

Describe 'A scheduled script' {
    It 'that fails has exit code 1 and says why' {
        Set-Content "$TestDrive/fails.ps1" "`$ErrorActionPreference = 'Stop'; Import-Module '$($module.Path)'; Set-PAAccount nobody; 'not reached'"
        $run = Invoke-Program '-NoProfile', '-NonInteractive', '-File', "$TestDrive/fails.ps1" -Closed
        $run.ExitCode | Should -Be 1
        $run.Output | Should -BeNullOrEmpty
        $run.Error | Should -BeLike "*'nobody'*"
    }

    It 'can say it in one line, whatever the CA or a plugin has said' {
        $folder = New-Item "$TestDrive/plugins" -ItemType Directory
        Set-Content "$folder/TwoLines.ps1" @'
function Get-CurrentPluginType { 'dns-01' }
function Add-DnsTxt { param([string] $RecordName, [string] $TxtValue, [Parameter(ValueFromRemainingArguments)] $ExtraParams) throw "first line`nsecond line" }
function Remove-DnsTxt { param([string] $RecordName, [string] $TxtValue, [Parameter(ValueFromRemainingArguments)] $ExtraParams) }
function Save-DnsTxt { param([Parameter(ValueFromRemainingArguments)] $ExtraParams) }
'@
        $script = "`$env:POSHACME_PLUGINS = '$folder'; Import-Module '$($module.Path)'
            try { New-PACertificate lines.test -Plugin TwoLines -CertKeyLength ec-256 -ErrorAction Stop -WarningAction SilentlyContinue } catch { [Console]::Error.WriteLine(""renewal failed: `$_""); exit 3 }"
        Set-Content "$TestDrive/line.ps1" $script
        $run = Invoke-Program '-NoProfile', '-NonInteractive', '-File', "$TestDrive/line.ps1" -Closed
        $run.ExitCode | Should -Be 3
        @($run.Error -split '\r?\n' -ne '') | Should -HaveCount 1
        $run.Error | Should -BeLike 'renewal failed: *first line*second line*'
    }

    It 'leaves a transcript of single lines, without progress, colours or secrets' {
        $secret = 'GEHEIM' + [guid]::NewGuid().ToString('n')
        Set-Content "$TestDrive/logged.ps1" @"
Import-Module '$($module.Path)'
`$null = Start-Transcript '$TestDrive/log.txt'
`$arguments = @{ ManualNonInteractive = `$true; GDKey = 'k'; GDSecretSecure = (ConvertTo-SecureString '$secret' -AsPlainText -Force) }
`$null = New-PACertificate logged.example.test -Plugin Manual, GoDaddy -DnsSleep 0 -PluginArgs `$arguments -CertKeyLength ec-256 -PfxPass '$secret' -Verbose
`$null = Submit-Renewal logged.example.test -NoSkipManualDns -Force -Verbose
`$null = Stop-Transcript
"@
        $run = Invoke-Program '-NoProfile', '-NonInteractive', '-File', "$TestDrive/logged.ps1" -Closed
        $log = Get-Content "$TestDrive/log.txt" -Raw
        $told = "$log`n$($run.Output)`n$($run.Error)"
        $told | Should -Not -BeLike "*$secret*"
        $told | Should -Not -BeLike "*$((Get-PAAccount).key.d)*"
        $log | Should -Not -Match '\x1b'
        $lines = $log -split '\r?\n'
        @($lines -match '^VERBOSE: logged\.example\.test: ').Count | Should -BeGreaterThan 2
        $lines -match 'Downloading the certificate' | Should -HaveCount 2
        $lines -match '\[o+ *\]|%|Waiting for' | Should -BeNullOrEmpty
    }
}

Describe 'Secrets for service accounts' {
    BeforeAll {
        function Get-ArgumentText { Get-Content "$((Get-PAOrder secret.test).Folder)/pluginargs.json" -Raw }
        function New-TestFile([string] $Name, [string] $Content, [string] $Mode) {
            Set-Content "$TestDrive/$Name" $Content
            if (-not $IsWindows) {
                chmod $Mode "$TestDrive/$Name"
            }
            "$TestDrive/$Name"
        }
        function Get-Revealed { [Net.NetworkCredential]::new('', (Get-PAOrder secret.test | Get-PAPluginArgs).GDSecretSecure).Password }
        $null = New-PAOrder secret.test -KeyLength ec-256 -Plugin GoDaddy -PluginArgs @{ GDKey = 'k'; GDSecretSecure = (ConvertTo-SecureString hidden -AsPlainText -Force) }
    }

    It 'have a key file outside of the profile by Set-PAAccount -SecretKeyFile, and go back' {
        $file = "$TestDrive/secrets.key"
        Push-Location $TestDrive
        Set-PAAccount -SecretKeyFile secrets.key -WarningVariable warned -WarningAction SilentlyContinue
        Pop-Location
        "$warned" | Should -BeLike "*secrets.key*Keep a copy*"
        [Convert]::FromBase64String((Get-Content $file)).Length | Should -Be 32
        (Get-PAAccount).SecretKeyFile | Should -Be ([IO.Path]::GetFullPath($file))
        Get-Revealed | Should -Be hidden
        Rename-Item $file away.key
        { Get-PAOrder secret.test | Get-PAPluginArgs -ErrorAction Stop } | Should -Throw -ErrorId 'SecretKeyFileMissing,*'
        Rename-Item "$TestDrive/away.key" secrets.key
        Set-PAAccount -SecretScope User
        Remove-Item $file
        Get-Revealed | Should -Be hidden
        (Get-PAAccount).PSObject.Properties['SecretKeyFile'] | Should -BeNullOrEmpty
    }

    It 'have it from the beginning by New-PAAccount -SecretKeyFile' {
        $null = New-PAAccount -AcceptTOS -ID withfile -Force -SecretKeyFile "$TestDrive/new.key" -WarningAction SilentlyContinue
        (Get-PAAccount).SecretKeyFile | Should -Be ([IO.Path]::GetFullPath("$TestDrive/new.key"))
        (Get-PAAccount).sskey | Should -Be 'KEY:FILE'
        Set-PAAccount first
    }

    It 'are not touched by -WhatIf, and no key file is made' {
        $tree = Get-TreeState
        Set-PAAccount -SecretKeyFile "$TestDrive/never.key" -WhatIf
        $null = New-PAAccount -AcceptTOS -Force -SecretKeyFile "$TestDrive/never.key" -WhatIf
        Get-TreeState | Should -Be $tree
        "$TestDrive/never.key" | Should -Not -Exist
    }

    It 'are refused where they would be no secrets: <Id>' -ForEach @(
        @{ Id = 'SecretKeyFileInProfile'; Arguments = { @{ SecretKeyFile = "$env:POSHACME_HOME/x.key" } } }
        @{ Id = 'SecretKeyFileInvalid'; Arguments = { @{ SecretKeyFile = New-TestFile diary.key 'dear diary' 600 } } }
        @{ Id = 'SecretOptionsConflict'; Arguments = { @{ SecretKeyFile = "$TestDrive/x.key"; SecretScope = 'User' } } }
        @{ Id = 'SecretOptionsConflict'; Arguments = { @{ SecretKeyFile = "$TestDrive/x.key"; UseAltPluginEncryption = $true } } }
    ) {
        $tree = Get-TreeState
        $given = & $Arguments
        { Set-PAAccount @given } | Should -Throw -ErrorId "$Id,*"
        { New-PAAccount -AcceptTOS -Force -ID refused @given } | Should -Throw -ErrorId "$Id,*"
        Get-TreeState | Should -Be $tree
    }

    It 'for the machine are refused elsewhere than on Windows' -Skip:(-not $IsLinux) {
        $tree = Get-TreeState
        { Set-PAAccount -SecretScope Machine } | Should -Throw -ErrorId 'MachineScopeNotHere,*'
        { New-PAAccount -AcceptTOS -Force -SecretScope Machine } | Should -Throw -ErrorId 'MachineScopeNotHere,*'
        Get-TreeState | Should -Be $tree
    }

    It 'with a key that everybody can read are refused' -Skip:(-not $IsLinux) {
        $file = New-TestFile open.key ([Convert]::ToBase64String([byte[]]::new(32))) 644
        { Set-PAAccount -SecretKeyFile $file } | Should -Throw -ErrorId 'SecretKeyFileExposed,*'
    }
}

Describe 'A profile of another user' {
    if ($noOtherUser) {
        It 'is one clear error' -ForEach @(@{ Reason = $noOtherUser }) {
            Set-ItResult -Skipped -Because $Reason
        }
    }
    else {
        BeforeAll {
            # Under a folder that everybody may enter, with a copy of the module: the checkout may be for its owner alone.
            $open = Join-Path ([IO.Path]::GetTempPath()) "poshacme-test-$([guid]::NewGuid().ToString('n'))"
            $null = New-Item $open -ItemType Directory
            Copy-Item (Get-TestModulePath) "$open/module" -Recurse
            chmod -R a+rX $open
            chmod 700 $env:POSHACME_HOME
            $theirs = @('env', 'HOME=/nonexistent', 'DOTNET_BUNDLE_EXTRACT_BASE_DIR=/tmp', 'setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', $program)

            function Invoke-AsNobody([string] $Script) {
                $command = "`$env:POSHACME_HOME = '$env:POSHACME_HOME'; Import-Module '$open/module/PoshAcmeSharp.psd1'
                    try { $Script } catch { `$_.FullyQualifiedErrorId; ""`$_""; ""`$(`$_.ErrorDetails.RecommendedAction)"" }"
                & $theirs[0] $theirs[1..($theirs.Count - 1)] -NoProfile -NonInteractive -Command $command 2>&1
            }
        }

        AfterAll {
            chown -R 0:0 $env:POSHACME_HOME
            Remove-Item $open -Recurse -Force
        }

        It 'is one error that names the owner, the present user and what to do: <Command>' -ForEach @(
            @{ Command = 'Get-PAServer' }
            @{ Command = 'Submit-Renewal -AllAccounts -AllServers' }
            @{ Command = 'Set-PAServer LE_STAGE' }
            @{ Command = 'New-PACertificate x.test' }
            @{ Command = 'Get-PACertificate -ErrorAction Stop' }
        ) {
            $tree = Get-TreeState
            $said = Invoke-AsNobody $Command
            $said[0] | Should -BeLike 'ProfileOfAnotherUser,*' -Because "$said"
            $said[1] | Should -BeLike "*'$env:POSHACME_HOME' belongs to 'root' (uid 0), and this command runs as '*' (uid 65534)*"
            $said[2] | Should -BeLike '*POSHACME_HOME*'
            Get-TreeState | Should -Be $tree
        }

        It 'whose key file may not be read is such an error' {
            Set-PAAccount -SecretKeyFile "$open/root.key" -WarningAction SilentlyContinue
            chown -R 65534 $env:POSHACME_HOME
            $said = Invoke-AsNobody 'Get-PAOrder secret.test | Get-PAPluginArgs -ErrorAction Stop'
            chown -R 0 $env:POSHACME_HOME
            Set-PAAccount -SecretScope User
            $said[0] | Should -BeLike 'ProfileOfAnotherUser,*' -Because "$said"
            $said[1] | Should -BeLike "*key file '$open/root.key'*belongs to 'root'*"
        }

        It 'stays usable for that user after root has worked on it' {
            chown -R 65534 $env:POSHACME_HOME
            $null = New-PACertificate byroot.test -Plugin Manual -PluginArgs @{ ManualNonInteractive = $true } -DnsSleep 0 -CertKeyLength ec-256 3>$null 6>$null
            Get-ChildItem $env:POSHACME_HOME -Recurse -Force | ForEach-Object { stat -c '%u' $_.FullName } | Sort-Object -Unique | Should -Be 65534
            Invoke-AsNobody '(Get-PACertificate byroot.test).Subject' | Should -Be 'CN=byroot.test'
        }
    }
}
