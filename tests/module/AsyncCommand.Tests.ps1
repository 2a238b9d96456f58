#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# The base class of the commands in a real PowerShell, with commands that exist for this test only.

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    $module = Import-TestModule
    $references = @(
        [psobject].Assembly.Location
        "$($module.ModuleBase)/PoshAcmeSharp.dll"
        "$($module.ModuleBase)/dependencies/PoshAcmeSharp.Core.dll"
        'System.Runtime'
        'System.Threading'
        'System.Threading.Tasks'
        'netstandard'
    )
    if (-not ('ProbeState' -as [type])) {
        Add-Type -Path "$PSScriptRoot/Fixtures/ProbeCommands.cs" -ReferencedAssemblies $references -IgnoreWarnings -WarningAction SilentlyContinue
    }
    Import-Module -Assembly ([ProbeState].Assembly) -Force

    function Start-Probe([string]$Script) {
        $shell = [powershell]::Create([System.Management.Automation.RunspaceMode]::NewRunspace)
        $null = $shell.AddCommand('Import-Module').AddParameter('Assembly', [ProbeState].Assembly).Invoke()
        $shell.Commands.Clear()
        [ProbeState]::CleanedUp = $false
        [ProbeState]::Started.Reset()
        $shell.AddScript($Script)
    }
}

Describe 'A command' {
    It 'writes objects, errors, warnings, verbose and debug lines in the order they came' {
        $all = 'a', 'b' | Write-Probe -Verbose -Debug -ErrorAction Continue *>&1
        $all | ForEach-Object { "$_" } | Should -Be @(
            'verbose a', 'debug a', 'warning a', 'No a.', 'object a', '1', '2'
            'verbose b', 'debug b', 'warning b', 'No b.', 'object b', '1', '2'
            'end')
    }

    It 'tells no debug lines when nobody asked' {
        Write-Probe -Text a -ErrorAction Ignore 5>&1 3>$null | Should -Be @('object a', 1, 2, 'end')
    }

    It 'gives a reported error its id, category, target and type' {
        $null = Write-Probe -Text a -ErrorVariable seen -ErrorAction SilentlyContinue -WarningAction Ignore
        $seen[0].FullyQualifiedErrorId | Should -BeLike 'ProbeFailed,*'
        $seen[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $seen[0].TargetObject | Should -Be 'a'
        $seen[0].Exception | ForEach-Object { $_.GetType().FullName } | Should -Be PoshAcmeSharp.PoshAcmeException
    }

    It 'ends with a terminating error that says what to do and keeps the data of the exception' {
        $seen = { Stop-Probe } | Should -Throw -ErrorId 'AcmeProblem.rateLimited,StopProbeCommand' -PassThru
        Out-String -InputObject $seen | Should -BeLike '*Too many.*Wait an hour.*'
        $seen.CategoryInfo.Category | Should -Be 'LimitsExceeded'
        $seen.ErrorDetails.RecommendedAction | Should -Be 'Wait an hour.'
        $seen.Exception.Message | Should -Be 'Too many.'
        $seen.Exception.Data['status'] | Should -Be 429
    }

    It 'goes on with the next object after an error that concerns one only' {
        'a', 'bad', 'b' | Skip-Probe -ErrorVariable seen -ErrorAction SilentlyContinue | Should -Be 'a', 'b'
        $seen | Should -HaveCount 1
    }

    It 'ends at the first error under -ErrorAction Stop' {
        { 'bad', 'b' | Skip-Probe -ErrorAction Stop } | Should -Throw 'It is bad.'
    }

    It 'resolves paths against the current location and draws progress seldom' {
        $shell = Start-Probe 'Set-Location $args[0]; Show-Probe'
            $shell.AddArgument("$TestDrive").Invoke() | Should -Be (Join-Path $TestDrive there)
            $records = @($shell.Streams.Progress | Where-Object Activity -eq 'Probing')
            $records.Count | Should -BeGreaterThan 0
            $records.Count | Should -BeLessThan 20
            $records[0].StatusDescription | Should -Be '1000 of 1000'
            $records[-1].RecordType | Should -Be 'Completed'
            @($records.ActivityId | Select-Object -Unique) | Should -HaveCount 1
    }
}

Describe 'A command that is stopped' {
    It 'cancels its work by Ctrl+C and still cleans up' {
        $shell = Start-Probe 'Wait-Probe'
        $running = $shell.BeginInvoke()
        [ProbeState]::Started.Wait(30000) | Should -BeTrue
        $shell.Stop()
        [ProbeState]::CleanedUp | Should -BeTrue
        $shell.InvocationStateInfo.State | Should -Be 'Stopped'
        $shell.Streams.Error | Should -BeNullOrEmpty
    }

    It 'cleans up and ends without an error when what follows has enough' {
        $shell = Start-Probe 'Wait-Probe | Select-Object -First 1'
        $shell.Invoke() | Should -Be 'first'
        [ProbeState]::CleanedUp | Should -BeTrue
        $shell.Streams.Error | Should -BeNullOrEmpty
        "$($shell.Streams.Warning)" | Should -Be 'cleaning up'
    }
}

Describe 'A question' {
    It 'is not asked, and nothing is changed, under -WhatIf' {
        Set-Probe -Text x -WhatIf 6>$null | Should -Be 'left alone'
    }

    It 'is not asked with -Force' {
        Set-Probe -Text x -AskUser -Force | Should -Be 'changed'
    }

    It 'is an error where nobody is there to answer' -ForEach @(
        @{ Script = 'Set-Probe -Text x -AskUser'; Says = 'Nobody is there to answer the question: Really?' }
        @{ Script = 'Set-Probe -Text x -Confirm'; Says = 'Nobody is there to answer the question: Probe (x)?' }
        @{ Script = '$ConfirmPreference = "Low"; Set-Probe -Text x'; Says = 'Nobody is there to answer the question: Probe (x)?' }
    ) {
        $shell = Start-Probe $Script
        $shell.Invoke() | Should -BeNullOrEmpty
        $shell.Streams.Error[0].FullyQualifiedErrorId | Should -Be 'ConfirmationNeeded,SetProbeCommand'
        $shell.Streams.Error[0].Exception.Message | Should -Be $Says
    }

    It 'is no hang in a console whose input never comes' {
        $start = [Diagnostics.ProcessStartInfo]::new([Environment]::ProcessPath)
        $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
        foreach ($argument in '-NoProfile', '-Command', @"
Import-Module '$((Get-Module PoshAcmeSharp).ModuleBase)'
Add-Type -Path '$PSScriptRoot/Fixtures/ProbeCommands.cs' -ReferencedAssemblies $("'" + ($references -join "','") + "'") -IgnoreWarnings -WarningAction Ignore
Import-Module -Assembly ([ProbeState].Assembly)
Set-Probe -Text x -AskUser
Set-Probe -Text x -Confirm
Set-Probe -Text x
"@) {
            $start.ArgumentList.Add($argument)
        }
        $process = [Diagnostics.Process]::Start($start)
        $output = $process.StandardOutput.ReadToEndAsync()
        $errors = $process.StandardError.ReadToEndAsync()
        try {
            $process.WaitForExit(60000) | Should -BeTrue
            $output.Result.Trim() | Should -Be 'changed'
            ([regex]::Matches($errors.Result, 'Nobody is there')).Count | Should -Be 2
        }
        finally {
            if (-not $process.HasExited) {
                $process.Kill()
            }
        }
    }
}
