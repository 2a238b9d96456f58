# The parameters that scripts written for Posh-ACME use, for the commands that are here: what the commands must have at
# least. A line is the type, then what holds of it:
#   P0 position   * mandatory   V pipeline by value   N pipeline by property name   rest takes the remaining arguments
#   alias:A,B   set:A,B the parameter sets it is in (all when left out)   default:X
@{
    'Set-PAServer' = @{
        DirectoryUrl           = 'String P0 V N alias:location'
        Name                   = 'String N'
        NewName                = 'String'
        SkipCertificateCheck   = 'SwitchParameter N'
        DisableTelemetry       = 'SwitchParameter N'
        UseAltAccountRefresh   = 'SwitchParameter'
        DisableARI             = 'SwitchParameter'
        IgnoreContact          = 'SwitchParameter'
        NoRefresh              = 'SwitchParameter'
        NoSwitch               = 'SwitchParameter'
        WhatIf                 = 'SwitchParameter'
        Confirm                = 'SwitchParameter'
    }
    'Get-PAServer' = @{
        DirectoryUrl           = 'String P0 V N alias:location set:Specific'
        Name                   = 'String N set:Specific'
        Quiet                  = 'SwitchParameter set:Specific'
        List                   = 'SwitchParameter * set:List'
        Refresh                = 'SwitchParameter'
    }
    'New-PAAccount' = @{
        Contact                = 'String[] P0'
        KeyLength              = 'String P1 alias:AccountKeyLength set:Generate default:ec-256'
        KeyFile                = 'String * set:ImportKey'
        OnlyReturnExisting     = 'SwitchParameter set:ImportKey'
        ID                     = 'String alias:Name'
        AcceptTOS              = 'SwitchParameter'
        Force                  = 'SwitchParameter'
        ExtAcctKID             = 'String'
        ExtAcctHMACKey         = 'String'
        ExtAcctAlgorithm       = 'String default:HS256'
        UseAltPluginEncryption = 'SwitchParameter'
        ExtraParams            = 'Object rest'
        WhatIf                 = 'SwitchParameter'
        Confirm                = 'SwitchParameter'
    }
    'Get-PAAccount' = @{
        ID                     = 'String P0 V N alias:Name set:Specific'
        List                   = 'SwitchParameter * set:List'
        Status                 = 'String set:List'
        Contact                = 'String[] set:List'
        KeyLength              = 'String[] alias:AccountKeyLength set:List'
        Refresh                = 'SwitchParameter'
        ExtraParams            = 'Object rest'
    }
    'Set-PAAccount' = @{
        ID                     = 'String P0 V N alias:Name'
        Contact                = 'String[] P1 set:Edit'
        NewName                = 'String set:Edit'
        UseAltPluginEncryption = 'SwitchParameter set:Edit'
        ResetAltPluginEncryption = 'SwitchParameter set:Edit'
        Deactivate             = 'SwitchParameter set:Edit'
        Force                  = 'SwitchParameter set:Edit'
        KeyRollover            = 'SwitchParameter * set:Rollover,RolloverImportKey'
        KeyLength              = 'String alias:AccountKeyLength set:Rollover default:ec-256'
        KeyFile                = 'String * set:RolloverImportKey'
        NoSwitch               = 'SwitchParameter'
        WhatIf                 = 'SwitchParameter'
        Confirm                = 'SwitchParameter'
    }
    'New-PAOrder' = @{
        Domain                 = 'String[] P0 * set:FromScratch,ImportKey'
        KeyLength              = 'String P1 set:FromScratch default:2048'
        KeyFile                = 'String * set:ImportKey'
        CSRPath                = 'String P0 * alias:CSRString set:FromCSR'
        Name                   = 'String'
        Plugin                 = 'String[]'
        PluginArgs             = 'Hashtable'
        LifetimeDays           = 'Int32'
        DnsAlias               = 'String[]'
        UseSerialValidation    = 'SwitchParameter'
        DnsSleep               = 'Int32 default:120'
        DnsVariant             = 'String'
        ValidationTimeout      = 'Int32 default:60'
        PreferredChain         = 'String'
        Force                  = 'SwitchParameter'
        ReplacesCert           = 'String'
        Profile                = 'String'
        OCSPMustStaple         = 'SwitchParameter set:FromScratch,ImportKey'
        AlwaysNewKey           = 'SwitchParameter set:FromScratch,ImportKey'
        Subject                = 'String set:FromScratch,ImportKey'
        FriendlyName           = 'String set:FromScratch,ImportKey'
        PfxPass                = 'String set:FromScratch,ImportKey default:poshacme'
        PfxPassSecure          = 'SecureString set:FromScratch,ImportKey'
        UseModernPfxEncryption = 'SwitchParameter set:FromScratch,ImportKey'
        UsePfxDerEncoding      = 'SwitchParameter set:FromScratch,ImportKey'
        Install                = 'SwitchParameter set:FromScratch,ImportKey'
        WhatIf                 = 'SwitchParameter'
        Confirm                = 'SwitchParameter'
    }
    'Get-PAOrder' = @{
        MainDomain             = 'String P0 V N set:Specific'
        Name                   = 'String N set:Specific'
        List                   = 'SwitchParameter * set:List'
        Refresh                = 'SwitchParameter'
        FromServer             = 'SwitchParameter * set:FromServer'
    }
    'Get-PAAuthorization' = @{
        AuthURLs               = 'String[] P0 * V N alias:authorizations'
        Account                = 'Object P1'
    }
    'Get-KeyAuthorization' = @{
        Token                  = 'String P0 * V'
        Account                = 'Object P1'
        ForDNS                 = 'SwitchParameter'
    }
    'Send-ChallengeAck' = @{
        ChallengeUrl           = 'String P0 * V'
        Account                = 'Object P1'
    }
    'Submit-ChallengeValidation' = @{
        Order                  = 'Object P0 V'
    }
    'New-PACertificate' = @{
        Domain                 = 'String[] P0 * set:FromScratch'
        CSRPath                = 'String P0 * alias:CSRString set:FromCSR'
        Name                   = 'String'
        Contact                = 'String[]'
        CertKeyLength          = 'String set:FromScratch default:2048'
        AlwaysNewKey           = 'SwitchParameter set:FromScratch'
        AcceptTOS              = 'SwitchParameter'
        AccountKeyLength       = 'String default:ec-256'
        DirectoryUrl           = 'String alias:location default:LE_PROD'
        Plugin                 = 'String[] alias:DnsPlugin'
        PluginArgs             = 'Hashtable'
        LifetimeDays           = 'Int32'
        DnsAlias               = 'String[]'
        OCSPMustStaple         = 'SwitchParameter set:FromScratch'
        Subject                = 'String set:FromScratch'
        FriendlyName           = 'String set:FromScratch'
        PfxPass                = 'String set:FromScratch default:poshacme'
        PfxPassSecure          = 'SecureString set:FromScratch'
        UseModernPfxEncryption = 'SwitchParameter set:FromScratch'
        Install                = 'SwitchParameter set:FromScratch'
        UseSerialValidation    = 'SwitchParameter'
        Force                  = 'SwitchParameter'
        DnsSleep               = 'Int32 default:120'
        DnsVariant             = 'String'
        ValidationTimeout      = 'Int32 default:60'
        PreferredChain         = 'String'
        Profile                = 'String'
    }
    'Submit-OrderFinalize' = @{
        Order                  = 'Object P0 V'
    }
    'Complete-PAOrder' = @{
        Order                  = 'Object P0 V'
    }
    'Get-PACertificate' = @{
        MainDomain             = 'String P0 V N set:Specific'
        Name                   = 'String N set:Specific'
        List                   = 'SwitchParameter * set:List'
    }
    'Revoke-PAAuthorization' = @{
        AuthURLs               = 'String[] P0 * V N alias:authorizations'
        Account                = 'Object P1'
        Force                  = 'SwitchParameter'
        WhatIf                 = 'SwitchParameter'
        Confirm                = 'SwitchParameter'
    }
    'Export-PAAccountKey' = @{
        ID                     = 'String P0 alias:Name'
        OutputFile             = 'String *'
        Force                  = 'SwitchParameter'
        WhatIf                 = 'SwitchParameter'
        Confirm                = 'SwitchParameter'
    }
    'Remove-PAOrder' = @{
        MainDomain             = 'String P0 V N'
        Name                   = 'String P1 N'
        RevokeCert             = 'SwitchParameter'
        Force                  = 'SwitchParameter'
        WhatIf                 = 'SwitchParameter'
        Confirm                = 'SwitchParameter'
    }
    'Remove-PAAccount' = @{
        ID                     = 'String P0 * V N alias:Name'
        Deactivate             = 'SwitchParameter'
        Force                  = 'SwitchParameter'
        WhatIf                 = 'SwitchParameter'
        Confirm                = 'SwitchParameter'
    }
    'Remove-PAServer' = @{
        DirectoryUrl           = 'String P0 V N alias:location'
        Name                   = 'String N'
        DeactivateAccounts     = 'SwitchParameter'
        Force                  = 'SwitchParameter'
        WhatIf                 = 'SwitchParameter'
        Confirm                = 'SwitchParameter'
    }
    'Get-PAProfile' = @{
        Profile                = 'String P0'
    }
    'Get-DnsAcctLabel' = @{
        AccountUri             = 'String P0 * N alias:location'
    }
    'Set-PAOrder' = @{
        MainDomain             = 'String P0 V N'
        Name                   = 'String N'
        RevokeCert             = 'SwitchParameter * set:Revoke'
        Force                  = 'SwitchParameter set:Revoke'
        NoSwitch               = 'SwitchParameter'
        Plugin                 = 'String[] alias:DnsPlugin set:Edit'
        PluginArgs             = 'Hashtable set:Edit'
        LifetimeDays           = 'Int32 set:Edit'
        DnsAlias               = 'String[] set:Edit'
        NewName                = 'String set:Edit'
        Subject                = 'String set:Edit'
        FriendlyName           = 'String set:Edit'
        PfxPass                = 'String set:Edit'
        PfxPassSecure          = 'SecureString set:Edit'
        UseModernPfxEncryption = 'SwitchParameter set:Edit'
        Install                = 'SwitchParameter set:Edit'
        OCSPMustStaple         = 'SwitchParameter set:Edit'
        DnsSleep               = 'Int32 set:Edit'
        DnsVariant             = 'String set:Edit'
        ValidationTimeout      = 'Int32 set:Edit'
        PreferredChain         = 'String set:Edit'
        AlwaysNewKey           = 'SwitchParameter set:Edit'
        UseSerialValidation    = 'SwitchParameter set:Edit'
        Profile                = 'String set:Edit'
        WhatIf                 = 'SwitchParameter'
        Confirm                = 'SwitchParameter'
    }
    'Install-PACertificate' = @{
        PACertificate          = 'Object P0 V'
        StoreLocation          = 'String P1 default:LocalMachine'
        StoreName              = 'String P2 default:My'
        NotExportable          = 'SwitchParameter'
    }
    'Revoke-PACertificate' = @{
        MainDomain             = 'String P0 V N set:MainDomain'
        Name                   = 'String N set:MainDomain'
        CertFile               = 'String * N set:CertFile'
        KeyFile                = 'String N set:CertFile'
        Reason                 = 'RevocationReasons'
        Force                  = 'SwitchParameter'
        WhatIf                 = 'SwitchParameter'
        Confirm                = 'SwitchParameter'
    }
    'New-PAAuthorization' = @{
        Domain                 = 'String[] P0 * V'
        Account                = 'Object P1'
    }
    'Invoke-HttpChallengeListener' = @{
        MainDomain             = 'String P0 V N alias:domain,fqdn'
        Name                   = 'String P1 N'
        ListenerTimeout        = 'Int32 alias:TTL default:120'
        Port                   = 'Int32'
        ListenerPrefixes       = 'String[]'
        WhatIf                 = 'SwitchParameter'
        Confirm                = 'SwitchParameter'
    }
    'Publish-Challenge' = @{
        Domain                 = 'String P0 *'
        Account                = 'Object P1 *'
        Token                  = 'String P2 *'
        Plugin                 = 'String P3 *'
        PluginArgs             = 'Hashtable P4'
        DnsAlias               = 'String'
        DnsVariant             = 'String'
    }
    'Unpublish-Challenge' = @{
        Domain                 = 'String P0 *'
        Account                = 'Object P1 *'
        Token                  = 'String P2 *'
        Plugin                 = 'String P3 *'
        PluginArgs             = 'Hashtable P4'
        DnsAlias               = 'String'
        DnsVariant             = 'String'
    }
    'Save-Challenge' = @{
        Plugin                 = 'String P0 *'
        PluginArgs             = 'Hashtable P1'
    }
    'Get-PAPlugin' = @{
        Plugin                 = 'String P0 set:Basic'
        Help                   = 'SwitchParameter * set:Help'
        Guide                  = 'SwitchParameter * set:Guide'
        Params                 = 'SwitchParameter * set:Params'
    }
    'Get-PAPluginArgs' = @{
        MainDomain             = 'String P0 V N'
        Name                   = 'String N'
    }
    'Publish-DnsPersistChallenge' = @{
        Order                  = 'Object P0 * V set:FromOrder'
        Domain                 = 'String[] P0 * V set:Standalone'
        AccountUri             = 'String P1 * set:Standalone'
        IssuerDomainName       = 'String P2 * set:Standalone'
        Plugin                 = 'String * set:Standalone'
        PluginArgs             = 'Hashtable set:Standalone'
        AllowWildcard          = 'SwitchParameter'
        UseAllDomains          = 'SwitchParameter'
        PersistUntil           = 'DateTimeOffset'
    }
    'Unpublish-DnsPersistChallenge' = @{
        Order                  = 'Object P0 * V set:FromOrder'
        Domain                 = 'String[] P0 * V set:Standalone'
        AccountUri             = 'String P1 * set:Standalone'
        IssuerDomainName       = 'String P2 * set:Standalone'
        Plugin                 = 'String * set:Standalone'
        PluginArgs             = 'Hashtable set:Standalone'
        AllowWildcard          = 'SwitchParameter'
        UseAllDomains          = 'SwitchParameter'
        PersistUntil           = 'DateTimeOffset'
    }
    'Submit-Renewal' = @{
        MainDomain             = 'String P0 V N set:Specific'
        Name                   = 'String P1 N set:Specific'
        AllOrders              = 'SwitchParameter * set:AllOrders'
        AllAccounts            = 'SwitchParameter * set:AllAccounts'
        Force                  = 'SwitchParameter'
        NoSkipManualDns        = 'SwitchParameter'
        PluginArgs             = 'Hashtable'
    }
}
