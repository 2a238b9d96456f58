#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# Certificates by plugin scripts of a Posh-ACME, unmodified, where one is at hand: the environment variable
# POSHACME_REFERENCE_MODULE names it.

BeforeDiscovery {
    $reference = $env:POSHACME_REFERENCE_MODULE
}

if (-not $reference) {
    Describe 'The plugin scripts of a Posh-ACME' {
        It 'issue certificates' {
            Set-ItResult -Skipped -Because 'the environment variable POSHACME_REFERENCE_MODULE names no Posh-ACME'
        }
    }
}
else {
    Describe 'The plugin scripts of a Posh-ACME' {
        BeforeAll {
            . "$PSScriptRoot/Fixtures/Module.ps1"
            $null = Import-TestModule
            Import-Module "$PSScriptRoot/Support/TestServers.psm1" -Force
            Import-Module "$PSScriptRoot/Support/PowerDnsStub.psm1" -Force
            $pebble = Start-Pebble
            $null = New-TestProfile
            Use-Pebble $pebble main
            $null = New-PAAccount -AcceptTOS -ID tester
            $saved = $env:POSHACME_PLUGINS
            $env:POSHACME_PLUGINS = $null
            $program = [Diagnostics.Process]::GetCurrentProcess().MainModule.FileName
            $theirs = & $program -NoProfile -NonInteractive -Command { param($Name) (Import-Module $Name -PassThru).ModuleBase } -args $env:POSHACME_REFERENCE_MODULE
            $folder = Join-Path $theirs Plugins
            $script = @{ PluginPath = $folder; PreferPluginScript = $true; CertKeyLength = 'ec-256' }
        }

        AfterAll {
            $env:POSHACME_PLUGINS = $saved
            Stop-Pebble
            Remove-TestProfile
        }

        It 'issue by WebRoot' {
            $root = (New-Item "$TestDrive/root" -ItemType Directory).FullName
            $web = Start-TestWebServer $pebble.HttpPort $root
            try {
                (New-PACertificate web.test, www.web.test -Plugin WebRoot -PluginArgs @{ WRPath = $root } @script).AllSANs | Should -HaveCount 2
            }
            finally {
                Stop-TestWebServer $web
            }
            Get-ChildItem $root -Recurse -File | Should -BeNullOrEmpty
            (Get-PAPlugin WebRoot -PluginPath $folder -PreferPluginScript).Path | Should -Be (Join-Path $folder WebRoot.ps1)
        }

        It 'issue by WebSelfHost' {
            $arguments = @{ WSHPort = "$($pebble.HttpPort)"; WSHDelayAfterStart = 5 }
            (New-PACertificate self.test -Plugin WebSelfHost -PluginArgs $arguments @script).AllSANs | Should -Be self.test
        }

        It 'issue by PowerDNS, two accounts in one order' {
            $servers = 'one.test', 'two.test' | ForEach-Object { Start-PowerDnsStub $pebble.ChallengeManagementUrl $_ "key of $_" }
            try {
                $accounts = $servers | ForEach-Object {
                    @{ PowerDNSApiHost = '127.0.0.1'; PowerDNSPort = $_.Port; PowerDNSApiKey = ConvertTo-SecureString $_.Key -AsPlainText -Force }
                }
                $arguments = @{ '*.one.test' = $accounts[0]; 'default' = $accounts[1] }
                $certificate = New-PACertificate one.test, *.one.test, www.one.test, *.two.test -Plugin PowerDNS -PluginArgs $arguments -DnsSleep 0 @script
                $certificate.AllSANs | Should -HaveCount 4
                $servers | ForEach-Object { $_.Records.Count } | Should -Be 0, 0
                $servers | ForEach-Object { $_.Changes[0] } | Should -BeGreaterThan 0
            }
            finally {
                $servers | ForEach-Object { Stop-PowerDnsStub $_ }
            }
        }
    }
}
