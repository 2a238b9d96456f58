namespace PoshAcmeSharp.Deployment;

/// <summary>One step of a deployment and what became of it.</summary>
/// <param name="Name">A stable name in PascalCase, such as <c>Import</c>.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Message">One sentence that names the thing. Holds no secret.</param>
public sealed record DeploymentStep(string Name, StepOutcome Outcome, string Message);
