namespace PoshAcmeSharp.Dns;

/// <summary>One thing that was found in the DNS of a name.</summary>
/// <param name="Severity">What it means.</param>
/// <param name="Id">Its kind, such as <c>CaaForbids</c>; stable.</param>
/// <param name="Message">What is so, as a sentence.</param>
/// <param name="Advice">What to do, as a sentence.</param>
public sealed record DnsFinding(DnsFindingSeverity Severity, string Id, string Message, string Advice);
