namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>Ends the work on a request with a problem document.</summary>
/// <param name="problem">What the client is told.</param>
public sealed class AcmeRefusalException(ProblemDocument problem) : Exception(problem.Detail)
{
    /// <summary>What the client is told.</summary>
    public ProblemDocument Problem { get; } = problem;

    /// <summary>The request is not what it should be.</summary>
    public static AcmeRefusalException Malformed(string detail) => new(new ProblemDocument(400, "malformed", detail));

    /// <summary>The client may not do this.</summary>
    public static AcmeRefusalException Unauthorized(string detail) => new(new ProblemDocument(401, "unauthorized", detail));

    /// <summary>There is no such thing.</summary>
    public static AcmeRefusalException NotFound(string what) => new(new ProblemDocument(404, "malformed", $"There is no such {what}."));
}
