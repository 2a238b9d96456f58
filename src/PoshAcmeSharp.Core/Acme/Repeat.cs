namespace PoshAcmeSharp.Acme;

/// <summary>Whether a request may be sent again when nobody knows if the server has carried it out.</summary>
internal enum Repeat
{
    /// <summary>Sending it twice does no harm.</summary>
    Always,

    /// <summary>Only when the server said that it refused it; else the caller looks at the state first.</summary>
    OnlyIfRefused,
}
