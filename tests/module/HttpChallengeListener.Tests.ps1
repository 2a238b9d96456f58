#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# Invoke-HttpChallengeListener against Pebble, which fetches the answers itself.

BeforeAll {
    . "$PSScriptRoot/Fixtures/Module.ps1"
    $null = Import-TestModule
    Import-Module "$PSScriptRoot/Support/TestServers.psm1" -Force
    $pebble = Start-Pebble
    $null = New-TestProfile
    Use-Pebble $pebble
    $null = New-PAAccount -AcceptTOS
    $prefix = "http://127.0.0.1:$($pebble.HttpPort)/.well-known/acme-challenge/"
}

AfterAll {
    Stop-Pebble
    Remove-TestProfile
}

Describe 'Invoke-HttpChallengeListener' {
    It 'takes the current order to a certificate' {
        $null = New-PAOrder one.listener.test, two.listener.test, 127.0.0.1 -KeyLength ec-256
        $auths = Invoke-HttpChallengeListener -ListenerPrefixes $prefix
        $auths.status | Should -Be valid, valid, valid
        $auths.fqdn | Should -Be one.listener.test, two.listener.test, 127.0.0.1
        $auths[0].PSTypeNames | Should -Contain PoshACME.PAAuthorization
        Submit-OrderFinalize
        (Complete-PAOrder).AllSANs | Sort-Object | Should -Be 127.0.0.1, one.listener.test, two.listener.test
    }

    It 'takes an order from the pipeline, and an authorization''s fqdn for its main domain' {
        $null = New-PAOrder piped.listener.test -KeyLength ec-256
        $null = New-PAOrder fqdn.listener.test -KeyLength ec-256
        $null = New-PAOrder current.listener.test -KeyLength ec-256
        (Get-PAOrder piped.listener.test | Invoke-HttpChallengeListener -ListenerPrefixes $prefix).fqdn | Should -Be piped.listener.test
        $given = Get-PAOrder fqdn.listener.test | Get-PAAuthorization | Select-Object fqdn
        ($given | Invoke-HttpChallengeListener -ListenerPrefixes $prefix).status | Should -Be valid
        (Get-PAOrder current.listener.test | Get-PAAuthorization).status | Should -Be pending
    }

    It 'listens at a port of all addresses' {
        $null = New-PAOrder port.listener.test -KeyLength ec-256
        (Invoke-HttpChallengeListener port.listener.test -Port $pebble.HttpPort -TTL 60).status | Should -Be valid
    }

    It 'says which port is taken, and the CA is told nothing' {
        $null = New-PAOrder taken.listener.test -KeyLength ec-256
        $other = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, $pebble.HttpPort)
        $other.Start()
        try {
            { Invoke-HttpChallengeListener -ListenerPrefixes $prefix } | Should -Throw "*127.0.0.1:$($pebble.HttpPort)*" -ErrorId 'ListenerPortInUse,*'
        }
        finally {
            $other.Stop()
        }
        (Get-PAOrder | Get-PAAuthorization).HTTP01Status | Should -Be pending
    }

    It 'warns when nothing is pending, and writes nothing' {
        $null = New-PAOrder '*.listener.test' -KeyLength ec-256
        Invoke-HttpChallengeListener -ListenerPrefixes $prefix -WarningVariable warned -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        $warned | Should -BeLike '*no pending authorization*'
    }

    It 'names an order that is not there' {
        { Invoke-HttpChallengeListener nowhere.test -ListenerPrefixes $prefix } | Should -Throw '*nowhere.test*' -ErrorId 'OrderNotFound,*'
    }

    It 'names a prefix that is none' {
        { Invoke-HttpChallengeListener -ListenerPrefixes ftp://+/ } | Should -Throw "*'ftp://+/'*" -ErrorId 'InvalidListenerPrefix,*'
    }
}
