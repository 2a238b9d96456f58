#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# Certificates by plugins that are scripts, from Pebble, which looks at what they publish.

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    $module = Import-TestModule
    Import-Module "$PSScriptRoot/Support/TestServers.psm1" -Force
    $pebble = Start-Pebble
    $null = New-TestProfile
    Use-Pebble $pebble main
    $null = New-PAAccount -AcceptTOS -ID tester
    $plugins = "$PSScriptRoot/Fixtures/Plugins"
    $env:POSHACME_PLUGINS = $plugins
    $env:PEBBLE_DNS = $pebble.ChallengeManagementUrl

    # Answers http-01 with a file of the plugin WebFolder, <name>-<token>, or with one of WebRoot.
    $webFolder = (New-Item "$TestDrive/webfolder" -ItemType Directory).FullName
    $webRoot = (New-Item "$TestDrive/webroot" -ItemType Directory).FullName
    $web = Start-TestWebServer $pebble.HttpPort $webRoot $webFolder

    function New-DnsArgs([hashtable] $More = @{}) {
        @{ PDUrl = $env:PEBBLE_DNS; PDSecret = ConvertTo-SecureString s3cr3t -AsPlainText -Force } + $More
    }

    function New-LogPath {
        "$TestDrive/$([guid]::NewGuid().ToString('N')).txt"
    }

    # What a plugin has counted with the account.
    function Get-Count {
        (Get-Content "$((Get-PAAccount).Folder)/pluginvars.json" -Raw | ConvertFrom-Json).PDCount
    }

    # A PowerShell of its own, on the same profile and with the same environment, in another folder.
    function Invoke-Child([string] $Script) {
        $program = [Diagnostics.Process]::GetCurrentProcess().MainModule.FileName
        '' | & $program -NoProfile -NonInteractive -Command "Set-Location '$TestDrive'; Import-Module '$($module.Path)'; $Script" 2>&1
    }
}

AfterAll {
    Stop-TestWebServer $web
    Stop-Pebble
    Remove-TestProfile
    $env:POSHACME_PLUGINS = $env:PEBBLE_DNS = $null
}

Describe 'New-PACertificate by a plugin script' {
    It 'issues by dns-01, a wildcard and its parent at one record name too, and cleans up' {
        $log = New-LogPath
        $certificate = New-PACertificate dns.test, *.dns.test -CertKeyLength ec-256 -Plugin NotingDns -PluginArgs (New-DnsArgs @{ PDLog = $log }) -DnsSleep 0
        $certificate.AllSANs | Sort-Object | Should -Be '*.dns.test', 'dns.test'
        Get-Content $log | Should -Be (@('add _acme-challenge.dns.test') * 2 + 'save' + @('remove _acme-challenge.dns.test') * 2 + 'save')
        Get-Count | Should -Be 2
    }

    It 'issues by http-01, and cleans up' {
        $certificate = New-PACertificate web.test -CertKeyLength ec-256 -Plugin WebFolder -PluginArgs @{ WebFolderPath = $webFolder }
        $certificate.AllSANs | Should -Be web.test
        Get-ChildItem $webFolder | Should -BeNullOrEmpty
    }

    It 'issues by two scripts and a plugin of the module, each for its name' {
        $log = New-LogPath
        $arguments = New-DnsArgs @{ PDLog = $log; WebFolderPath = $webFolder; WRPath = $webRoot }
        $certificate = New-PACertificate *.mixed.test, script.mixed.test, module.mixed.test -CertKeyLength ec-256 -Plugin NotingDns, WebFolder, WebRoot -PluginArgs $arguments -DnsSleep 0
        $certificate.AllSANs | Sort-Object | Should -Be '*.mixed.test', 'module.mixed.test', 'script.mixed.test'
        (Get-PAOrder).Plugin | Should -Be NotingDns, WebFolder, WebRoot
        Get-Content $log | Should -Be 'add _acme-challenge.mixed.test', 'save', 'remove _acme-challenge.mixed.test', 'save'
        Get-ChildItem $webFolder, $webRoot -Recurse -File | Should -BeNullOrEmpty
    }

    It 'cleans up what was published when another name fails, and goes on when that is mended' {
        $log = New-LogPath
        $failed = { New-PACertificate fine.test, broken.test -CertKeyLength ec-256 -Plugin NotingDns -PluginArgs (New-DnsArgs @{ PDLog = $log; PDFail = 'broken.test' }) -DnsSleep 0 } |
            Should -Throw -ErrorId 'PluginScriptFailed,*' -PassThru
        "$failed" | Should -BeLike '*NotingDns failed in Add-DnsTxt: No zone for it.'
        Get-Content $log | Should -Contain 'remove _acme-challenge.fine.test'
        Get-Content $log | Select-Object -Last 1 | Should -Be save
        $location = (Get-PAOrder fine.test).location
        (New-PACertificate fine.test, broken.test -PluginArgs (New-DnsArgs @{ PDLog = $log }) -WarningAction Ignore).AllSANs | Should -HaveCount 2
        (Get-PAOrder fine.test).location | Should -Be $location
    }

    It 'cleans up when it is stopped while a script does not come back' {
        $log = New-LogPath
        $shell = [powershell]::Create([System.Management.Automation.RunspaceMode]::NewRunspace)
        $null = $shell.AddScript({
            param($Module, $Arguments)
            Import-Module $Module
            New-PACertificate first.test, second.test -CertKeyLength ec-256 -Plugin NotingDns -PluginArgs $Arguments -DnsSleep 0
        }).AddArgument($module.Path).AddArgument((New-DnsArgs @{ PDLog = $log; PDHang = 'second.test' }))
        $null = $shell.BeginInvoke()
        $deadline = [DateTime]::UtcNow.AddSeconds(60)
        while (-not ((Test-Path $log) -and (Get-Content $log) -contains 'add _acme-challenge.second.test') -and [DateTime]::UtcNow -lt $deadline) {
            Start-Sleep -Milliseconds 50
        }
        $shell.Stop()
        $shell.InvocationStateInfo.State | Should -Be Stopped
        $shell.Dispose()
        Get-Content $log | Should -Contain 'remove _acme-challenge.first.test'
        Get-Content $log | Should -Contain 'remove _acme-challenge.second.test'
        (Get-PAOrder first.test).status | Should -Be pending
        (New-PACertificate first.test, second.test -PluginArgs (New-DnsArgs) -WarningAction Ignore).AllSANs | Should -HaveCount 2
    }
}

Describe 'Submit-Renewal by a plugin script' {
    BeforeAll {
        $log = New-LogPath
        $arguments = New-DnsArgs @{ PDLog = $log; WebFolderPath = $webFolder }
        $first = New-PACertificate renewed.test, web.renewed.test -CertKeyLength ec-256 -Plugin NotingDns, WebFolder -PluginArgs $arguments -DnsSleep 0
    }

    It 'has the secret of the order in no file in the clear' {
        Get-ChildItem $env:POSHACME_HOME -Recurse -File | Where-Object { (Get-Content $_ -Raw) -match 's3cr3t' } | Should -BeNullOrEmpty
        [pscredential]::new('u', (Get-PAPluginArgs renewed.test).PDSecret).GetNetworkCredential().Password | Should -Be s3cr3t
    }

    It 'uses what is kept with the order and with the account, in another process' {
        $counted = Get-Count
        Clear-Content $log
        $serial = Invoke-Child 'Submit-Renewal renewed.test -Force | ForEach-Object Serial'
        $serial | Should -Be (Get-PACertificate renewed.test).Serial
        $serial | Should -Not -Be $first.Serial
        Get-Content $log | Should -Be 'add _acme-challenge.renewed.test', 'save', 'remove _acme-challenge.renewed.test', 'save'
        Get-Count | Should -Be ($counted + 1)
        Get-ChildItem $webFolder | Should -BeNullOrEmpty
    }

    It 'keeps new arguments of a script, and those that another plugin has' {
        $other = New-LogPath
        $null = Submit-Renewal renewed.test -Force -PluginArgs (New-DnsArgs @{ PDLog = $other })
        $kept = Get-PAPluginArgs renewed.test
        $kept.PDLog | Should -Be $other
        $kept.WebFolderPath | Should -Be $webFolder
        Get-Content $other | Should -Contain 'add _acme-challenge.renewed.test'
    }

    It 'fails for the order whose script is not there, and says which' {
        $serial = (Get-PACertificate renewed.test).Serial
        $env:POSHACME_PLUGINS = $null
        try {
            Submit-Renewal renewed.test -Force -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        }
        finally {
            $env:POSHACME_PLUGINS = $plugins
        }
        $failed.FullyQualifiedErrorId | Should -BeLike 'PluginNotFound,*'
        "$failed" | Should -BeLike '*NotingDns*'
        (Get-PACertificate renewed.test).Serial | Should -Be $serial
        (Submit-Renewal renewed.test -Force).Serial | Should -Not -Be $serial
    }
}

Describe 'A relative path' {
    It 'of a plugin of the module is found again from another folder' {
        Push-Location $TestDrive
        try {
            $null = New-PACertificate path.test -CertKeyLength ec-256 -Plugin WebRoot -PluginArgs @{ WRPath = './webroot' }
        }
        finally {
            Pop-Location
        }
        (Get-PAPluginArgs path.test).WRPath | Should -Be $webRoot
        (Submit-Renewal path.test -Force).AllSANs | Should -Be path.test
    }

    It 'of a script stays as it was given' {
        Push-Location $TestDrive
        try {
            $null = New-PACertificate relative.test -CertKeyLength ec-256 -Plugin WebFolder -PluginArgs @{ WebFolderPath = './webfolder' }
        }
        finally {
            Pop-Location
        }
        (Get-PAPluginArgs relative.test).WebFolderPath | Should -Be './webfolder'
    }
}
